using Artorizer.Jobs.Queue;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>A lease; being this very object is its token.</summary>
internal sealed class EmbeddedJobLease(
    EmbeddedJobQueue queue, long messageId, QueueMessage message, int deliveries, TimeSpan duration) : IJobLease
{
    private LinkedListNode<EmbeddedJobLease>? _node;

    public QueueMessage Message => message;

    public int Deliveries => deliveries;

    public TimeSpan Duration => duration;

    internal long MessageId => messageId;

    /// <summary>Timestamp of the clock's, not a time of day. Under the queue's lock.</summary>
    internal long ExpiresAt { get; set; }

    /// <summary>Its place among the leases that can expire. Under the queue's lock.</summary>
    internal LinkedListNode<EmbeddedJobLease> Node => _node ??= new LinkedListNode<EmbeddedJobLease>(this);

    /// <summary>A settlement is on its way to the disk. Under the queue's lock.</summary>
    internal bool Settling { get; set; }

    public Task<bool> RenewAsync(CancellationToken cancellationToken) => Task.FromResult(queue.Renew(this));

    public Task<bool> AcknowledgeAsync(CancellationToken cancellationToken) => queue.AcknowledgeAsync(this, cancellationToken);

    public Task<bool> RetryAsync(QueueMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return queue.RetryAsync(this, message, delay, cancellationToken);
    }

    public Task<bool> ReleaseAsync(CancellationToken cancellationToken) => Task.FromResult(queue.Release(this));

    public Task<bool> DeadLetterAsync(string reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        return queue.DeadLetterAsync(this, reason, cancellationToken);
    }
}
