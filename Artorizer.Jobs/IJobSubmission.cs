using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Queue;

namespace Artorizer.Jobs;

/// <summary>
/// Capability of a provider that holds both jobs and queue: stores a job and its message in one transaction,
/// so that a crash between the two cannot leave a job that nobody works on.
/// </summary>
public interface IJobSubmission
{
    /// <summary>
    /// As <see cref="IJobStore.CreateAsync"/>, and for a new job also as <see cref="IJobQueue.EnqueueAsync"/> with the
    /// message that <paramref name="message"/> makes of the stored job, and a first event of type <c>queued</c>.
    /// </summary>
    Task<CreateJobResult> SubmitAsync(
        Job job, Func<Job, QueueMessage> message, TimeSpan delay, CancellationToken cancellationToken, bool force = false);

    /// <summary>
    /// As <see cref="IJobStore.TryReplaceAsync"/>, and where it succeeds also removes the job's dead letter, puts the message
    /// that <paramref name="message"/> makes of the stored job in the queue, and adds an event of type <c>queued</c>.
    /// </summary>
    /// <returns>The job as stored, or <see langword="null"/> if another change came first or the job is gone.</returns>
    Task<Job?> RequeueAsync(Job job, Func<Job, QueueMessage> message, CancellationToken cancellationToken);
}
