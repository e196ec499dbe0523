using System.Diagnostics;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Secrets;

namespace Artorizer.Worker.Callbacks;

/// <summary>Queues the call that tells of a finished job, so that it is retried and survives a crash like any other job.</summary>
internal sealed class CallbackOutbox(JobSubmitter submitter, IJobStore jobs, TimeProvider time)
{
    /// <summary>Owner of what the system does for itself; no key can have it.</summary>
    public const string SystemOwner = "$system";

    private const int MaxTries = 5;

    /// <summary>
    /// Does nothing for a job without a callback, and nothing the second time for the same end of a job. The token of a completed job is
    /// forgotten: from then on only the call has it, and a call that was made has none either.
    /// </summary>
    public async Task QueueAsync(Job finished, CancellationToken cancellationToken)
    {
        if (finished is { Type: TaskTypes.DeliverCallback, Status: JobStatus.Completed })
        {
            await ForgetAsync(finished, cancellationToken);
        }
        else if (finished is { Type: TaskTypes.DeliverCallback, Error: { } error })
        {
            await TellAsync(finished, error, cancellationToken);
        }

        if (finished.Type != ProtectionTask.TypeName
            || JsonSerializer.Deserialize(finished.Data.Bytes.Span, ApiJsonContext.Default.ProtectionTask) is not { CallbackUrl: { } url } task)
        {
            return;
        }

        var name = finished.Status == JobStatus.Completed ? "completed" : "failed";
        var delivery = new CallbackDelivery(url, task.CallbackAuthToken, CallbackBody.Of(finished, name));
        await submitter.SubmitAsync(
            new Job
            {
                Id = Guid.CreateVersion7().ToString(),
                Type = TaskTypes.DeliverCallback,
                Owner = SystemOwner,
                Priority = finished.Priority,
                Data = new Payload(Payload.Json, JsonSerializer.SerializeToUtf8Bytes(delivery, CallbackJson.Default.CallbackDelivery)),
                IdempotencyKey = $"callback:{finished.Id}:{finished.CompletedAt?.UtcTicks}",
                SubmittedAt = time.GetUtcNow(),
                TraceParent = Activity.Current?.Id,
            },
            TimeSpan.Zero,
            cancellationToken);
        await jobs.ForgetTokenAsync(finished, cancellationToken);
    }

    // Who waits for a call that never comes looks at the job. The job may be changed at the same moment: its token is being forgotten.
    private async Task TellAsync(Job undelivered, JobError error, CancellationToken cancellationToken)
    {
        var delivery = JsonSerializer.Deserialize(undelivered.Data.Bytes.Span, CallbackJson.Default.CallbackDelivery)!;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var job = await jobs.GetAsync(delivery.Body.JobId, cancellationToken);
            if (job?.Result is not { Format: Payload.Json } result
                || JsonSerializer.Deserialize(result.Bytes.Span, ApiJsonContext.Default.ProtectionOutcome) is not { } outcome
                || outcome.Warnings.Any(static warning => warning.Code == JobWarning.CallbackFailed))
            {
                return;
            }

            var told = outcome with { Warnings = [.. outcome.Warnings, new JobWarning(JobWarning.CallbackFailed, error.Message)] };
            var bytes = JsonSerializer.SerializeToUtf8Bytes(told, ApiJsonContext.Default.ProtectionOutcome);
            if (await jobs.TryReplaceAsync(job with { Result = new Payload(Payload.Json, bytes) }, [], cancellationToken) is not null)
            {
                return;
            }
        }
    }

    private async Task ForgetAsync(Job delivered, CancellationToken cancellationToken)
    {
        if (JsonSerializer.Deserialize(delivered.Data.Bytes.Span, CallbackJson.Default.CallbackDelivery) is { AuthToken: not null } delivery)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(delivery with { AuthToken = null }, CallbackJson.Default.CallbackDelivery);
            await jobs.TryReplaceAsync(delivered with { Data = new Payload(Payload.Json, bytes) }, [], cancellationToken);
        }
    }
}
