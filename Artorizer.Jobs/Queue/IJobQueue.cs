namespace Artorizer.Jobs.Queue;

/// <summary>Durable queue with priorities, delays, leases and dead letters. Delivery is at least once.</summary>
public interface IJobQueue
{
    /// <summary>Adds a message; it survives a crash once this returns.</summary>
    /// <param name="message">The message.</param>
    /// <param name="delay">Not delivered before this has passed; zero for at once.</param>
    /// <param name="cancellationToken">Stops waiting; the message may have been added all the same.</param>
    Task EnqueueAsync(QueueMessage message, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>
    /// Waits for the next message, highest priority first and oldest first within a priority, and leases it.
    /// A lease that is neither settled nor renewed in time is given to the next caller.
    /// </summary>
    Task<IJobLease> LeaseAsync(CancellationToken cancellationToken);

    /// <summary>How much waits.</summary>
    Task<QueueDepth> GetDepthAsync(CancellationToken cancellationToken);

    /// <summary>Dead letters, newest first.</summary>
    /// <param name="limit">1..1000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    Task<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Removes the job's dead letter, if it has one.</summary>
    Task<bool> RemoveDeadLetterAsync(string jobId, CancellationToken cancellationToken);
}
