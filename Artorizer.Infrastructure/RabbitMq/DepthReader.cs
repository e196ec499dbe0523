using Artorizer.Jobs;
using Artorizer.Jobs.Queue;
using RabbitMQ.Client;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>
/// Asks the broker how much waits: one question per queue, on a connection that nothing is sent over, so that it works while
/// the broker takes no messages. Answers are kept for a while; asked for when they are half as old, they are renewed behind
/// the caller's back, so that a busy caller never waits.
/// </summary>
internal sealed class DepthReader(BrokerLink link, QueueTopology topology, LeaseSource leases, RabbitMqQueueOptions options)
{
    private readonly Lock _gate = new();
    private (QueueDepth Depth, long At)? _last;
    private Task<QueueDepth>? _reading;

    /// <exception cref="StoreUnavailableException">The broker does not answer.</exception>
    public Task<QueueDepth> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (options.DepthCache == TimeSpan.Zero)
            {
                return AskAsync().WaitAsync(cancellationToken);
            }

            var age = _last is { } last ? TimeProvider.System.GetElapsedTime(last.At) : TimeSpan.MaxValue;
            if (age >= options.DepthCache / 2 && _reading is not { IsCompleted: false })
            {
                _reading = Task.Run(AskAsync);

                // Whoever waits for it hears of its failure; nobody may.
                _ = _reading.ContinueWith(failed => failed.Exception, TaskScheduler.Default);
            }

            return age < options.DepthCache ? Task.FromResult(_last!.Value.Depth) : _reading!.WaitAsync(cancellationToken);
        }
    }

    private async Task<QueueDepth> AskAsync()
    {
        BrokerSession? session = null;
        try
        {
            session = await link.GetAsync(CancellationToken.None);
            var ready = await CountAsync(session, topology.Ready);
            var dead = await CountAsync(session, topology.Dead);
            long delayed = 0;
            for (var level = 0; level < DelayLevels.Count; level++)
            {
                delayed += (await CountAsync(session, topology.Delay(level))).MessageCount;
            }

            var leased = leases.Leased;
            var consumers = Consumers(ready.ConsumerCount, leases.Waiting, leased);
            var depth = new QueueDepth(ready.MessageCount, delayed, leased, dead.MessageCount, consumers);
            lock (_gate)
            {
                _last = (depth, TimeProvider.System.GetTimestamp());
            }

            return depth;
        }
        catch (Exception e) when (BrokerErrors.IsLoss(e, CancellationToken.None))
        {
            session?.End("a queue did not answer");
            throw new StoreUnavailableException("The queue's broker does not say how much waits.", e);
        }
    }

    // The broker counts consumers of all processes. A quorum queue counts those too whose message is not settled.
    private long Consumers(long known, int waiting, int leased) => options.QueueType == RabbitMqQueueType.Quorum
        ? Math.Max(known, waiting + leased)
        : Math.Max(known, waiting) + leased;

    private async Task<QueueDeclareOk> CountAsync(BrokerSession session, string queue)
    {
        using var limit = new CancellationTokenSource(options.ConfirmTimeout);
        return await session.Channel.QueueDeclarePassiveAsync(queue, limit.Token);
    }
}
