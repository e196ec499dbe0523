using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>
/// Consumers on one channel, each for a single message: it is cancelled when its message comes, so that the broker sends
/// nothing for which nobody waits.
/// </summary>
internal sealed class Reception : IAsyncBasicConsumer
{
    private readonly string _queue;
    private readonly Action<Delivery> _received;
    private readonly Action _changed;
    private readonly Lock _gate = new();
    private readonly List<string> _waiting = [];
    private int _arriving;
    private int _unsettled;

    /// <param name="session">Where to consume.</param>
    /// <param name="queue">What to consume.</param>
    /// <param name="received">Takes a delivery; must not wait for long.</param>
    /// <param name="changed">Called when a delivery was taken or settled.</param>
    public Reception(BrokerSession session, string queue, Action<Delivery> received, Action changed)
    {
        (Session, _queue, _received, _changed) = (session, queue, received, changed);
    }

    public BrokerSession Session { get; }

    /// <summary>Deliveries that came over this channel and were not settled.</summary>
    public int Unsettled
    {
        get
        {
            lock (_gate)
            {
                return _unsettled;
            }
        }
    }

    /// <summary>Where the deliveries are settled.</summary>
    public IChannel Channel => Session.Channel;

    /// <summary>Consumers whose message has not come, deliveries on their way to a caller, and those that were not settled, these included.</summary>
    public (int Waiting, int Arriving, int Unsettled) Count()
    {
        lock (_gate)
        {
            return (_waiting.Count, _arriving, _unsettled);
        }
    }

    /// <summary>Has each new consumer get one message at a time.</summary>
    public Task PrepareAsync(CancellationToken cancellationToken) =>
        Channel.BasicQosAsync(prefetchSize: 0, prefetchCount: 1, global: false, cancellationToken);

    /// <summary>Adds a consumer.</summary>
    public async Task AddAsync(CancellationToken cancellationToken)
    {
        var tag = $"artorizer-{Guid.NewGuid():N}";
        lock (_gate)
        {
            // Known before the broker knows of it, since its message may come before the answer.
            _waiting.Add(tag);
        }

        await Channel.BasicConsumeAsync(_queue, autoAck: false, tag, noLocal: false, exclusive: false, arguments: null, this, cancellationToken);
    }

    /// <summary>Takes away the youngest consumer that still waits. Its message may come meanwhile.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        string tag;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            tag = _waiting[^1];
            _waiting.RemoveAt(_waiting.Count - 1);
        }

        await Channel.BasicCancelAsync(tag, noWait: false, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        bool cancel;
        lock (_gate)
        {
            cancel = _waiting.Remove(consumerTag);
            _unsettled++;
            _arriving++;
        }

        // Sent before any acknowledgement can be, which is what would bring the consumer another message.
        if (cancel)
        {
            try
            {
                await Channel.BasicCancelAsync(consumerTag, noWait: true, cancellationToken);
            }
            catch (Exception e) when (BrokerErrors.IsLoss(e, CancellationToken.None))
            {
                // The channel is gone, and with it this delivery.
                return;
            }
        }

        // The library takes the memory back after this call.
        _received(new Delivery(this, deliveryTag, redelivered, properties, body.ToArray()));
        lock (_gate)
        {
            _arriving--;
        }

        _changed();
    }

    /// <summary>The broker took the consumer away: the queue was deleted or moved. Begun anew, which makes the queue again.</summary>
    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        Session.End("the broker cancelled a consumer");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason) => Task.CompletedTask;

    internal void Settled()
    {
        lock (_gate)
        {
            _unsettled--;
        }

        _changed();
    }
}
