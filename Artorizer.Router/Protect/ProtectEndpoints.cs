using System.Diagnostics;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Engine;
using Artorizer.Infrastructure.Jobs;
using Artorizer.Infrastructure.Objects;
using Artorizer.Router.Errors;
using Artorizer.Router.Jobs;
using Artorizer.Router.Limits;
using Artorizer.Router.Negotiation;
using Artorizer.Router.Security;

namespace Artorizer.Router.Protect;

/// <summary><c>POST /protect</c>.</summary>
internal static class ProtectEndpoints
{
    private const string IdempotencyHeader = "Idempotency-Key";
    private const int MaxIdempotencyKey = 255;

    public static void MapProtect(this IEndpointRouteBuilder routes) => routes
        .MapPost("/protect", ProtectAsync)
        .RequireAcceptable()
        .DisableAntiforgery()
        .WithTags("Images")
        .WithSummary("Submit an image to be protected")
        .WithDescription(ProtectDocumentation.Description)
        .Accepts<IFormFile>("multipart/form-data", "application/json", "image/*")
        .Produces<SubmittedView>(StatusCodes.Status202Accepted)
        .Produces<JobResultView>()
        .Produces<ProblemView>(StatusCodes.Status400BadRequest, "application/problem+json")
        .Produces<ProblemView>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
        .Produces<ProblemView>(StatusCodes.Status503ServiceUnavailable, "application/problem+json");

    private static async Task<IResult> ProtectAsync(
        HttpContext http,
        BacklogGate gate,
        ProtectRequestReader reader,
        IJobStore jobs,
        IObjectStore objects,
        JobSubmitter submitter,
        SynchronousProtection synchronous,
        RouterMetrics metrics,
        TimeProvider time)
    {
        await gate.EnterAsync(http.RequestAborted);
        var owner = http.Owner();
        var idempotencyKey = IdempotencyKey(http);
        if (idempotencyKey is not null && await jobs.FindByIdempotencyKeyAsync(owner, idempotencyKey, http.RequestAborted) is { } earlier)
        {
            return Submitted(http, earlier, "This idempotency key was used before; this is the job it made.");
        }

        var jobId = Guid.CreateVersion7().ToString();
        var kept = false;
        try
        {
            var (settings, original) = await reader.ReadAsync(http, ArtifactKeys.Key(jobId, ArtifactKeys.Original));
            metrics.Received(original.Length);
            var job = NewJob(jobId, owner, idempotencyKey, settings, original, time.GetUtcNow());
            var created = settings.Via == JobVia.Queue
                ? await submitter.SubmitAsync(job, TimeSpan.Zero, CancellationToken.None)
                : await jobs.CreateAsync(job, CancellationToken.None);
            kept = created.Outcome == CreateJobOutcome.Created;
            metrics.Submitted(job.Type, settings.Via, created.Outcome);
            return created.Outcome switch
            {
                CreateJobOutcome.Duplicate => Wire.Ok(Exists(created.Job)),
                CreateJobOutcome.IdempotentReplay => Submitted(http, created.Job, "This idempotency key was used before; this is the job it made."),
                _ when settings.Via == JobVia.Queue => Submitted(http, created.Job, null),
                _ => await synchronous.RunAsync(http, created.Job, settings.ToTask(original)),
            };
        }
        finally
        {
            if (!kept)
            {
                await objects.DeletePrefixAsync(ArtifactKeys.Prefix(jobId), CancellationToken.None);
            }
        }
    }

    private static Job NewJob(string jobId, string owner, string? idempotencyKey, ProtectionSettings settings, OriginalImage original, DateTimeOffset now) => new()
    {
        Id = jobId,
        Type = ProtectionTask.TypeName,
        Owner = owner,

        // A job that never waits is never queued; this way those that a crash interrupts are found by their state.
        Status = settings.Via == JobVia.Queue ? JobStatus.Queued : JobStatus.Processing,
        Priority = settings.Priority,
        Via = settings.Via,
        Data = new Payload(Payload.Json, JsonSerializer.SerializeToUtf8Bytes(settings.ToTask(original), ApiJsonContext.Default.ProtectionTask)),
        ContentSha256 = original.Sha256,
        IdempotencyKey = idempotencyKey,
        SubmittedAt = now,
        TraceParent = Activity.Current?.Id,
    };

    private static string? IdempotencyKey(HttpContext http)
    {
        var key = http.Request.Headers[IdempotencyHeader].ToString();
        if (key.Length == 0)
        {
            return null;
        }

        return key.Length <= MaxIdempotencyKey && key.All(c => c is > ' ' and < (char)127)
            ? key
            : throw ApiException.BadField(IdempotencyHeader, $"must be 1 to {MaxIdempotencyKey} printable ASCII characters without spaces");
    }

    private static WireResult<SubmittedView> Submitted(HttpContext http, Job job, string? message)
    {
        http.Response.Headers.Location = $"/jobs/{job.Id}";
        return Wire.Accepted(View(job, job.Status.ToString().ToLowerInvariant(), message));
    }

    private static SubmittedView Exists(Job job) =>
        View(job, "exists", "You have sent this image before; this is its job.") with { Artwork = JobViews.Of(job) };

    private static SubmittedView View(Job job, string status, string? message) => new()
    {
        JobId = job.Id,
        TaskId = job.TaskId,
        Status = status,
        Message = message,
        StatusUrl = $"/jobs/{job.Id}",
        EventsUrl = $"/jobs/{job.Id}/events",
        ResultUrl = $"/jobs/{job.Id}/result",
    };
}
