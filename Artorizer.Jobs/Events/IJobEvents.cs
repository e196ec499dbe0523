using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs.Events;

/// <summary>Numbered events of each job, stored for replay and handed to whoever listens.</summary>
public interface IJobEvents
{
    /// <summary>Stores the event with the job's next number and publishes it.</summary>
    /// <param name="jobEvent">The event; <see cref="JobEvent.Sequence"/> is ignored.</param>
    /// <param name="cancellationToken">Stops waiting; the event may have been stored all the same.</param>
    /// <returns>The event with its number.</returns>
    Task<JobEvent> PublishAsync(JobEvent jobEvent, CancellationToken cancellationToken);

    /// <summary>
    /// The job's stored events after <paramref name="afterSequence"/>, then each new one, without gaps or repeats, until cancelled.
    /// A listener that reads too slowly is served from the store, never from an unbounded buffer.
    /// </summary>
    /// <param name="jobId">The job. One that does not exist has no events.</param>
    /// <param name="afterSequence">0 for all.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    IAsyncEnumerable<JobEvent> SubscribeAsync(string jobId, long afterSequence, CancellationToken cancellationToken);

    /// <summary>
    /// New events of every job from now on. A listener that falls behind by more than the provider's buffer loses the oldest;
    /// it is told so by a gap in the job's numbers.
    /// </summary>
    IAsyncEnumerable<JobEvent> SubscribeAllAsync(CancellationToken cancellationToken);
}
