using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Events;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Jobs;

/// <summary>Takes a job away: listeners are told, whoever works on it loses it, its files go last.</summary>
internal sealed partial class JobRemoval(
    IJobStore jobs,
    IJobEvents events,
    IObjectStore objects,
    IJobQueue queue,
    IOptions<EngineClientOptions> engine,
    TimeProvider time,
    ILogger<JobRemoval> logger)
{
    public async Task RemoveAsync(Job job)
    {
        await events.PublishAsync(
            new JobEvent { JobId = job.Id, Type = JobEventTypes.Deleted, At = time.GetUtcNow(), Status = job.Status, Progress = job.Progress },
            CancellationToken.None);
        var status = await jobs.DeleteAsync(job.Id, CancellationToken.None);
        if (status == JobStatus.Failed)
        {
            await queue.RemoveDeadLetterAsync(job.Id, CancellationToken.None);
        }

        await objects.DeletePrefixAsync(ArtifactKeys.Prefix(job.Id), CancellationToken.None);
        if (status == JobStatus.Processing && job.Type == ProtectionTask.TypeName)
        {
            await RemoveAgainAsync(job);
        }
    }

    // The engine writes to the store by itself. It is told to stop, but a file that is on its way by then may still arrive,
    // and nobody can say when the last one has: the store may take it after the engine has gone.
    private async Task RemoveAgainAsync(Job job)
    {
        var removal = QueueMessage.For(job) with { Type = TaskTypes.RemoveFiles, Data = Payload.Null };
        try
        {
            await queue.EnqueueAsync(removal, engine.Value.RemovalDelay, CancellationToken.None);
        }
        catch (Exception e) when (e is StoreUnavailableException or StorageFullException)
        {
            // The job is gone, and so are its files as far as anyone can see; what may yet come falls to the sweep for orphans.
            LogNotQueued(e, job.Id);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "No message could be queued that removes what the engine may still write of the deleted job {JobId}; "
            + "that waits for the sweep for files without a job")]
    private partial void LogNotQueued(Exception exception, string jobId);
}
