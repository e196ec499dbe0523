using Artorizer.Jobs;
using Artorizer.Jobs.Queue;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>
/// A delivery that is not acknowledged. It holds as long as the channel it came over: when that ends, the broker gives the
/// message to another consumer, and whatever is done with this lease answers <see langword="false"/>.
/// </summary>
/// <remarks>
/// What goes elsewhere (retry, dead letter, release) is first sent as a copy and confirmed, then the original is
/// acknowledged: a crash in between leaves two of it, never none.
/// </remarks>
internal sealed class RabbitMqLease(Delivery delivery, QueueMessage message, int deliveries, MessageSender sender) : IJobLease
{
    private const int Held = 0;
    private const int Settling = 1;
    private const int Settled = 2;
    private int _state;

    public QueueMessage Message => message;

    public int Deliveries => deliveries;

    public TimeSpan Duration => Timeout.InfiniteTimeSpan;

    public Task<bool> RenewAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Volatile.Read(ref _state) == Held && delivery.IsOpen);

    public Task<bool> AcknowledgeAsync(CancellationToken cancellationToken) => SettleAsync(move: null);

    public Task<bool> RetryAsync(QueueMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SettleAsync(() => sender.SendAsync(message, deliveries, delay, cancellationToken));
    }

    public Task<bool> DeadLetterAsync(string reason, CancellationToken cancellationToken) =>
        SettleAsync(() => sender.BuryAsync(message, deliveries, reason, cancellationToken));

    /// <remarks>The copy counts the delivery, which a classic queue does not do, and keeps its priority, but goes behind its equals.</remarks>
    public async Task<bool> ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await SettleAsync(() => sender.SendAsync(message, deliveries, TimeSpan.Zero, cancellationToken));
        }
        catch (StoreUnavailableException)
        {
            // A broker that takes no messages still takes back its own.
            return await SettleAsync(move: null, requeue: true);
        }
    }

    private async Task<bool> SettleAsync(Func<Task>? move, bool requeue = false)
    {
        if (Interlocked.CompareExchange(ref _state, Settling, Held) != Held)
        {
            return false;
        }

        try
        {
            var settled = false;
            if (delivery.IsOpen)
            {
                if (move is not null)
                {
                    await move();
                }

                settled = requeue ? await delivery.TryRequeueAsync() : await delivery.TryAcknowledgeAsync();
            }

            Volatile.Write(ref _state, Settled);
            return settled;
        }
        catch
        {
            // The move failed, so it is still held, and can be settled in another way.
            Volatile.Write(ref _state, Held);
            throw;
        }
    }
}
