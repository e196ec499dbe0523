using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Api;

/// <summary>A job as its owner sees it: <c>GET /jobs/{job_id}</c>.</summary>
public sealed record JobView
{
    /// <summary>Id of the job.</summary>
    public required string JobId { get; init; }

    /// <summary>Its number in the task API.</summary>
    public int TaskId { get; init; }

    /// <summary>Name of its handler.</summary>
    public required string Type { get; init; }

    /// <summary>Where it stands.</summary>
    public JobStatus Status { get; init; }

    /// <summary>0..9.</summary>
    public int Priority { get; init; }

    /// <summary>How it travels.</summary>
    public required string Via { get; init; }

    /// <summary>Title of the artwork, for image jobs.</summary>
    public string? Title { get; init; }

    /// <summary>Artist of the artwork, for image jobs.</summary>
    public string? Artist { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When the latest attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it finished.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Attempts begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Latest progress.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>Steps of the latest attempt.</summary>
    public JobStep[] Steps { get; init; } = [];

    /// <summary>Why it, or its latest attempt, failed.</summary>
    public JobError? Error { get; init; }

    /// <summary>What a queued job waits for beside its turn, <c>engine</c> or <c>storage</c>; such waiting is no attempt.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>Since when it has waited for that.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>What of the wishes or of the original is not in the result, of a completed image job.</summary>
    public JobWarning[] Warnings { get; init; } = [];

    /// <summary>The job that this one is a new version of: the same image, sent before with other wishes.</summary>
    public string? PreviousJobId { get; init; }

    /// <summary>The view of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="title">Title of the artwork, if it is one.</param>
    /// <param name="artist">Artist of the artwork, if it is one.</param>
    public static JobView Of(Job job, string? title = null, string? artist = null) => new()
    {
        JobId = job.Id,
        TaskId = job.TaskId,
        Type = job.Type,
        Status = job.Status,
        Priority = job.Priority,
        Via = job.Via,
        Title = title,
        Artist = artist,
        PreviousJobId = job.PreviousJobId,
        SubmittedAt = job.SubmittedAt,
        StartedAt = job.StartedAt,
        CompletedAt = job.CompletedAt,
        Attempts = job.Attempts,
        Progress = job.Progress,
        Steps = job.Steps,
        Error = job.Error,
        WaitingFor = job.Status == JobStatus.Queued ? job.Waiting?.For : null,
        WaitingSince = job.Status == JobStatus.Queued ? job.Waiting?.Since : null,
    };
}
