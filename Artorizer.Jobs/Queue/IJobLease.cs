namespace Artorizer.Jobs.Queue;

/// <summary>A message in the hands of one worker. Settled once, by the first of acknowledge, retry, release or dead-letter.</summary>
public interface IJobLease
{
    /// <summary>The message.</summary>
    QueueMessage Message { get; }

    /// <summary>How often this message was handed out, this time included; more than the attempts after crashes.</summary>
    int Deliveries { get; }

    /// <summary>
    /// How long the lease holds without <see cref="RenewAsync"/>; <see cref="Timeout.InfiniteTimeSpan"/> where the
    /// connection itself is the lease.
    /// </summary>
    TimeSpan Duration { get; }

    /// <summary>Extends the lease. <see langword="false"/> if it was lost: another worker has the message, and this one must stop.</summary>
    Task<bool> RenewAsync(CancellationToken cancellationToken);

    /// <summary>Done: removes the message. <see langword="false"/> if the lease was lost.</summary>
    Task<bool> AcknowledgeAsync(CancellationToken cancellationToken);

    /// <summary>Failed for now: puts <paramref name="message"/> in its place, delivered after <paramref name="delay"/>.</summary>
    Task<bool> RetryAsync(QueueMessage message, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>Not worked on, as in a shutdown: gives the message back at once.</summary>
    Task<bool> ReleaseAsync(CancellationToken cancellationToken);

    /// <summary>Given up: moves the message to the dead letters.</summary>
    /// <param name="reason">A code of <see cref="Artorizer.Contracts.Jobs.JobErrorCodes"/> and a sentence.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<bool> DeadLetterAsync(string reason, CancellationToken cancellationToken);
}
