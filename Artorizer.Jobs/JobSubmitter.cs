using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Queue;

namespace Artorizer.Jobs;

/// <summary>Stores a job and puts it in the queue, in one transaction where one provider holds both.</summary>
/// <param name="store">Where jobs are kept.</param>
/// <param name="queue">Where they wait.</param>
/// <param name="transactions">The provider of both, if there is one.</param>
public sealed class JobSubmitter(IJobStore store, IJobQueue queue, IJobSubmission? transactions = null)
{
    /// <summary>Accepts a job. Once this returns, the job survives any crash.</summary>
    /// <param name="job">The job, in state <see cref="JobStatus.Queued"/>.</param>
    /// <param name="delay">Not worked on before this has passed.</param>
    /// <param name="cancellationToken">Stops waiting; the job may have been accepted all the same.</param>
    /// <param name="force">Whether it is made although there is one with the same image and wishes.</param>
    public async Task<CreateJobResult> SubmitAsync(Job job, TimeSpan delay, CancellationToken cancellationToken, bool force = false)
    {
        if (transactions is not null)
        {
            return await transactions.SubmitAsync(job, QueueMessage.For, delay, cancellationToken, force);
        }

        var created = await store.CreateAsync(job, cancellationToken, force);
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

        await store.MarkSentAsync(created.Job.Id, CancellationToken.None);
        return created;
    }

    /// <summary>Starts a failed job anew: attempts count from 0, its dead letter is removed.</summary>
    /// <returns>The job as queued, or <see langword="null"/> if it is not failed (any more).</returns>
    public async Task<Job?> RedriveAsync(Job job, CancellationToken cancellationToken)
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
            Waiting = null,
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
        await store.MarkSentAsync(job.Id, CancellationToken.None);
        return queued;
    }

    /// <summary>
    /// Puts the messages in the queue that a crash between job and message has left out. A delay that the job was submitted
    /// with is not kept. One that is sent twice does no harm: the second finds the job begun or finished.
    /// </summary>
    /// <param name="storedBefore">Younger ones may be on their way.</param>
    /// <param name="limit">Most messages to send.</param>
    /// <param name="cancellationToken">Stops between two messages.</param>
    /// <returns>How many were sent.</returns>
    public async Task<int> SendUnsentAsync(DateTimeOffset storedBefore, int limit, CancellationToken cancellationToken)
    {
        var unsent = await store.ListUnsentAsync(storedBefore, limit, cancellationToken);
        foreach (var job in unsent)
        {
            await queue.EnqueueAsync(QueueMessage.For(job), TimeSpan.Zero, cancellationToken);
            await store.MarkSentAsync(job.Id, CancellationToken.None);
        }

        return unsent.Count;
    }
}
