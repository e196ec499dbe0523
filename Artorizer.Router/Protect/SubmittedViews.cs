using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Router.Jobs;

namespace Artorizer.Router.Protect;

/// <summary>Answers to a submission.</summary>
internal static class SubmittedViews
{
    public static SubmittedView Of(CreateJobResult created) => created.Outcome switch
    {
        CreateJobOutcome.Duplicate => Exists(created.Job),
        CreateJobOutcome.IdempotentReplay => Replayed(created.Job),
        _ => Queued(created.Job),
    };

    public static SubmittedView Queued(Job job) => View(
        job, Name(job.Status), job.PreviousJobId is null ? null : "You have sent this image before; this is a new version of it.");

    public static SubmittedView Replayed(Job job) =>
        View(job, Name(job.Status), "This idempotency key or upload was used before; this is the job it made.");

    public static SubmittedView Exists(Job job) =>
        View(job, "exists", "You have sent this image with the same wishes before; this is its job. Send force=true to have it done again.")
            with { Artwork = JobViews.Of(job) };

    private static string Name(JobStatus status) => status.ToString().ToLowerInvariant();

    private static SubmittedView View(Job job, string status, string? message) => new()
    {
        JobId = job.Id,
        TaskId = job.TaskId,
        Status = status,
        Message = message,
        PreviousJobId = job.PreviousJobId,
        StatusUrl = $"/jobs/{job.Id}",
        EventsUrl = $"/jobs/{job.Id}/events",
        ResultUrl = $"/jobs/{job.Id}/result",
    };
}
