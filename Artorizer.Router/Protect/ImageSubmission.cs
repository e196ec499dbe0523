using System.Diagnostics;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Objects;
using Artorizer.Router.Limits;
using Artorizer.Router.Uploads;

namespace Artorizer.Router.Protect;

/// <summary>Makes a job of an image, whichever transport it came by. What does not become a job leaves nothing behind.</summary>
internal sealed class ImageSubmission(
    BacklogGate gate, IJobStore jobs, IObjectStore objects, JobSubmitter submitter, UploadOriginals uploads, RouterMetrics metrics, TimeProvider time)
{
    /// <summary>Receives an image and stores its job.</summary>
    /// <param name="owner">Whose job it will be.</param>
    /// <param name="idempotencyKey">The submission's key, or <see langword="null"/>.</param>
    /// <param name="receive">Reads the settings and stores the image under the key that it is given.</param>
    /// <param name="cancellationToken">Stops before the image has come; not after.</param>
    /// <param name="delay">How long a queued job waits at least.</param>
    public async Task<CreateJobResult> SubmitAsync(
        string owner,
        string? idempotencyKey,
        Func<string, Task<ReceivedImage>> receive,
        CancellationToken cancellationToken,
        TimeSpan delay = default)
    {
        await gate.EnterAsync(cancellationToken);
        if (idempotencyKey is not null && await jobs.FindByIdempotencyKeyAsync(owner, idempotencyKey, cancellationToken) is { } earlier)
        {
            return new CreateJobResult(CreateJobOutcome.IdempotentReplay, earlier);
        }

        var jobId = Guid.CreateVersion7().ToString();
        var kept = false;
        try
        {
            using var received = await receive(ArtifactKeys.Key(jobId, ArtifactKeys.Original));
            var (settings, original, upload) = received;
            if (upload is null)
            {
                metrics.Received(original.Length);
            }

            var job = NewJob(jobId, owner, idempotencyKey, settings, original);
            var created = settings.Via == JobVia.Queue
                ? await submitter.SubmitAsync(job, delay, CancellationToken.None)
                : await jobs.CreateAsync(job, CancellationToken.None);
            kept = created.Outcome == CreateJobOutcome.Created;
            metrics.Submitted(job.Type, settings.Via, created.Outcome);
            if (upload is not null && created.Outcome != CreateJobOutcome.IdempotentReplay)
            {
                await uploads.MarkSubmittedAsync(upload, created.Job.Id);
            }

            return created;
        }
        catch (UploadSubmittedException e)
        {
            return new CreateJobResult(CreateJobOutcome.IdempotentReplay, e.Job);
        }
        finally
        {
            if (!kept)
            {
                await objects.DeletePrefixAsync(ArtifactKeys.Prefix(jobId), CancellationToken.None);
            }
        }
    }

    private Job NewJob(string jobId, string owner, string? idempotencyKey, ProtectionParameters settings, OriginalImage original) => new()
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
        SubmittedAt = time.GetUtcNow(),
        TraceParent = Activity.Current?.Id,
    };
}
