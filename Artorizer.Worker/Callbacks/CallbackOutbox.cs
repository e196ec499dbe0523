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

    private async Task ForgetAsync(Job delivered, CancellationToken cancellationToken)
    {
        if (JsonSerializer.Deserialize(delivered.Data.Bytes.Span, CallbackJson.Default.CallbackDelivery) is { AuthToken: not null } delivery)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(delivery with { AuthToken = null }, CallbackJson.Default.CallbackDelivery);
            await jobs.TryReplaceAsync(delivered with { Data = new Payload(Payload.Json, bytes) }, [], cancellationToken);
        }
    }
}
