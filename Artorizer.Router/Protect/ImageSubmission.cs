using System.Diagnostics;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Secrets;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Artorizer.Router.Uploads;
using Artorizer.ServiceDefaults.Outbound;

namespace Artorizer.Router.Protect;

/// <summary>Makes a job of an image, whichever transport it came by. What does not become a job leaves nothing behind.</summary>
internal sealed class ImageSubmission(
    BacklogGate gate, IJobStore jobs, IObjectStore objects, JobSubmitter submitter, UploadOriginals uploads,
    PublicHttpClient outbound, StoredSecrets secrets, RouterMetrics metrics, TimeProvider time)
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
        var earlier = idempotencyKey is null ? null : await jobs.FindByIdempotencyKeyAsync(owner, idempotencyKey, cancellationToken);
        var jobId = Guid.CreateVersion7().ToString();
        var kept = false;
        try
        {
            using var received = await receive(ArtifactKeys.Key(jobId, ArtifactKeys.Original));
            var (settings, original, upload) = received;
            RequireReachable(settings.CallbackUrl);
            if (upload is null)
            {
                metrics.Received(original.Length);
            }

            var job = NewJob(jobId, owner, idempotencyKey, settings, original);
            if (earlier is not null)
            {
                SameSubmission.Require(earlier, job);
                return new CreateJobResult(CreateJobOutcome.IdempotentReplay, earlier);
            }

            var created = settings.Via == JobVia.Queue
                ? await submitter.SubmitAsync(job, delay, CancellationToken.None, settings.Force)
                : await jobs.CreateAsync(job, CancellationToken.None, settings.Force);
            kept = created.Outcome == CreateJobOutcome.Created;
            if (created.Outcome == CreateJobOutcome.IdempotentReplay)
            {
                SameSubmission.Require(created.Job, job);
            }

            metrics.Submitted(job.Type, settings.Via, created.Outcome);
            if (upload is not null && created.Outcome != CreateJobOutcome.IdempotentReplay)
            {
                await uploads.MarkSubmittedAsync(upload, created.Job.Id);
            }

            return created;
        }
        catch (ApiException e) when (earlier is not null && e.Field == ProtectFieldNames.ImageUrl)
        {
            // What the address led to then is what was meant; that it leads nowhere now changes nothing.
            return new CreateJobResult(CreateJobOutcome.IdempotentReplay, earlier);
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

    // Said now, when there is somebody to hear it, and not in a log when the job has ended.
    private void RequireReachable(Uri? callback)
    {
        if (callback is not null && outbound.IsRefused(callback))
        {
            throw ApiException.BadField(ProtectFieldNames.CallbackUrl, "not a public address; this service calls none but public ones");
        }
    }

    private byte[] Stored(ProtectionTask task) =>
        JsonSerializer.SerializeToUtf8Bytes(secrets.Protect(task), ApiJsonContext.Default.ProtectionTask);

    private Job NewJob(string jobId, string owner, string? idempotencyKey, ProtectionParameters settings, OriginalImage original)
    {
        var task = settings.ToTask(original);
        return new Job
        {
            Id = jobId,
            Type = ProtectionTask.TypeName,
            Owner = owner,

            // A job that never waits is never queued; this way those that a crash interrupts are found by their state.
            Status = settings.Via == JobVia.Queue ? JobStatus.Queued : JobStatus.Processing,
            Priority = settings.Priority,
            Via = settings.Via,
            Data = new Payload(Payload.Json, Stored(task)),
            ContentSha256 = original.Sha256,
            WishesSha256 = Wishes.Sha256(task),
            IdempotencyKey = idempotencyKey,
            SubmittedAt = time.GetUtcNow(),
            TraceParent = Activity.Current?.Id,
        };
    }
}
