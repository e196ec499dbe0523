using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Queue;

namespace Artorizer.Infrastructure.Jobs;

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
    Task<CreateJobResult> SubmitAsync(Job job, Func<Job, QueueMessage> message, TimeSpan delay, CancellationToken cancellationToken);
}
