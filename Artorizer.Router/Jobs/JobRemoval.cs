using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Engine;
using Artorizer.Infrastructure.Events;
using Artorizer.Infrastructure.Jobs;
using Artorizer.Infrastructure.Objects;
using Artorizer.Infrastructure.Queue;

namespace Artorizer.Router.Jobs;

/// <summary>Takes a job away: listeners are told, whoever works on it loses it, its files go last.</summary>
internal sealed class JobRemoval(IJobStore jobs, IJobEvents events, IObjectStore objects, IJobQueue queue, TimeProvider time)
{
    public async Task RemoveAsync(Job job)
    {
        await events.PublishAsync(
            new JobEvent { JobId = job.Id, Type = JobEventTypes.Deleted, At = time.GetUtcNow(), Status = job.Status, Progress = job.Progress },
            CancellationToken.None);
        await jobs.DeleteAsync(job.Id, CancellationToken.None);
        if (job.Status == JobStatus.Failed)
        {
            await queue.RemoveDeadLetterAsync(job.Id, CancellationToken.None);
        }

        await objects.DeletePrefixAsync(ArtifactKeys.Prefix(job.Id), CancellationToken.None);
    }
}
