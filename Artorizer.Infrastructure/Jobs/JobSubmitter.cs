using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Events;
using Artorizer.Infrastructure.Queue;

namespace Artorizer.Infrastructure.Jobs;

/// <summary>Stores a job and puts it in the queue, in one transaction where one provider holds both.</summary>
/// <param name="store">Where jobs are kept.</param>
/// <param name="queue">Where they wait.</param>
/// <param name="events">Where their events go.</param>
/// <param name="transactions">The provider of both, if there is one.</param>
public sealed class JobSubmitter(IJobStore store, IJobQueue queue, IJobEvents events, IJobSubmission? transactions = null)
{
    /// <summary>Accepts a job. Once this returns, the job survives any crash.</summary>
    /// <param name="job">The job, in state <see cref="JobStatus.Queued"/>.</param>
    /// <param name="delay">Not worked on before this has passed.</param>
    /// <param name="cancellationToken">Stops waiting; the job may have been accepted all the same.</param>
    public async Task<CreateJobResult> SubmitAsync(Job job, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (transactions is not null)
        {
            return await transactions.SubmitAsync(job, QueueMessage.For, delay, cancellationToken);
        }

        var created = await store.CreateAsync(job, cancellationToken);
        if (created.Outcome != CreateJobOutcome.Created)
        {
            return created;
        }

        try
        {
            await queue.EnqueueAsync(QueueMessage.For(created.Job), delay, cancellationToken);
        }
        catch
        {
            // Nobody was told of the job yet, so it must not stay behind without a message.
            await store.DeleteAsync(created.Job.Id, CancellationToken.None);
            throw;
        }

        await events.PublishAsync(QueuedEvent(created.Job), cancellationToken);
        return created;
    }

    /// <summary>Starts a failed job anew: attempts count from 0, its dead letter is removed.</summary>
    /// <returns>The job as queued, or <see langword="null"/> if it is not failed (any more).</returns>
    public async Task<Job?> RedriveAsync(Job job, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.Status != JobStatus.Failed)
        {
            return null;
        }

        var anew = job with
        {
            Status = JobStatus.Queued,
            Via = JobVia.Queue,
            Attempts = 0,
            StartedAt = null,
            CompletedAt = null,
            Progress = null,
            Steps = [],
            Error = null,
            Result = null,
        };
        if (transactions is not null)
        {
            return await transactions.RequeueAsync(anew, QueueMessage.For, cancellationToken);
        }

        var queued = await store.TryReplaceAsync(anew, cancellationToken);
        if (queued is null)
        {
            return null;
        }

        await queue.RemoveDeadLetterAsync(job.Id, cancellationToken);
        await queue.EnqueueAsync(QueueMessage.For(queued), TimeSpan.Zero, cancellationToken);
        await events.PublishAsync(QueuedEvent(queued) with { At = now }, cancellationToken);
        return queued;
    }

    private static JobEvent QueuedEvent(Job job) => new()
    {
        JobId = job.Id,
        Type = JobEventTypes.Queued,
        At = job.SubmittedAt,
        Status = JobStatus.Queued,
    };
}
