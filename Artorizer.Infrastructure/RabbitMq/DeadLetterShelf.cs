using System.Diagnostics;
using Artorizer.Jobs;
using Artorizer.Jobs.Queue;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>
/// Looks through the queue of dead letters: takes them without acknowledging, and gives back all but those to remove, which
/// a broker puts where they were. One reader at a time, in all processes: a second would see only what the first has not taken.
/// </summary>
internal sealed class DeadLetterShelf(BrokerLink link, QueueTopology topology, RabbitMqQueueOptions options) : IDisposable
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(50);

    // The broker knew of more letters than it sends: some expired, or were removed by hand.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _inProcess = new(1);

    /// <summary>The newest letters, newest first. Of several for one job, the older are removed.</summary>
    /// <exception cref="StoreUnavailableException">The broker cannot be reached, or others have been reading for too long.</exception>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var newest = new LinkedList<DeadLetter>();
        var ofJob = new Dictionary<string, ulong>();
        await ReadAsync(
            letter =>
            {
                var found = MessageFormat.ReadDead(letter.Properties, letter.Body);
                ulong? superseded = null;
                if (ofJob.TryGetValue(found.Message.JobId, out var older))
                {
                    superseded = older;
                    Forget(found.Message.JobId);
                }

                ofJob[found.Message.JobId] = letter.Tag;
                newest.AddFirst(found);
                if (newest.Count > limit)
                {
                    newest.RemoveLast();
                }

                return superseded;
            },
            cancellationToken);
        return [.. newest];

        void Forget(string jobId)
        {
            for (var node = newest.First; node is not null; node = node.Next)
            {
                if (node.Value.Message.JobId == jobId)
                {
                    newest.Remove(node);
                    return;
                }
            }
        }
    }

    /// <summary>Removes a job's letters.</summary>
    /// <exception cref="StoreUnavailableException">The broker cannot be reached, or others have been reading for too long.</exception>
    public async Task<bool> RemoveAsync(string jobId, CancellationToken cancellationToken)
    {
        var removed = false;
        await ReadAsync(
            letter =>
            {
                if (MessageFormat.DeadJobId(letter.Properties) != jobId)
                {
                    return null;
                }

                removed = true;
                return letter.Tag;
            },
            cancellationToken);
        return removed;
    }

    public void Dispose() => _inProcess.Dispose();

    /// <param name="look">Sees each letter, oldest first, and names one to remove. Its body is gone afterwards.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    private async Task ReadAsync(Func<Letter, ulong?> look, CancellationToken cancellationToken)
    {
        if (!await _inProcess.WaitAsync(LockTimeout, cancellationToken))
        {
            throw Busy(null);
        }

        BrokerSession? session = null;
        try
        {
            session = await link.GetAsync(cancellationToken);
            await using var held = await LockAsync(session.Connection, cancellationToken);
            try
            {
                await GivenBackAsync(held, await ReadAsync(session.Connection, look, cancellationToken));
            }
            finally
            {
                // Deleted rather than left to the end of the connection.
                await held.QueueDeleteAsync(topology.DeadLock, ifUnused: false, ifEmpty: false, cancellationToken: CancellationToken.None);
            }
        }
        catch (Exception e) when (BrokerErrors.IsLoss(e, cancellationToken))
        {
            session?.End("the dead letters could not be read");
            throw new StoreUnavailableException("The connection to the queue's broker broke while the dead letters were read.", e);
        }
        finally
        {
            _inProcess.Release();
        }
    }

    // A queue that belongs to one connection is a lock that ends with it, on every version and kind of broker.
    private async Task<IChannel> LockAsync(IConnection connection, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            try
            {
                await channel.QueueDeclareAsync(
                    topology.DeadLock, durable: false, exclusive: true, autoDelete: false, cancellationToken: cancellationToken);
                return channel;
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
            {
                await channel.DisposeAsync();
                if (clock.Elapsed > LockTimeout)
                {
                    throw Busy(e);
                }
            }
            catch
            {
                await channel.DisposeAsync();
                throw;
            }

            await Task.Delay(LockPause * (1 + Random.Shared.NextDouble()), cancellationToken);
        }
    }

    /// <returns>How many letters stay.</returns>
    private async Task<int> ReadAsync(IConnection connection, Func<Letter, ulong?> look, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var count = (int)Math.Min(options.DeadLetterScan, (await channel.QueueDeclarePassiveAsync(topology.Dead, cancellationToken)).MessageCount);
        if (count == 0)
        {
            return 0;
        }

        var reader = new Reader(channel, count, look);
        await channel.BasicQosAsync(prefetchSize: 0, prefetchCount: (ushort)count, global: false, cancellationToken);
        await channel.BasicConsumeAsync(
            topology.Dead, autoAck: false, "", noLocal: false, exclusive: false, arguments: null, reader, cancellationToken);
        await reader.WaitAsync(IdleTimeout, cancellationToken);

        // Gives back what is not acknowledged, before the lock is given up.
        await channel.CloseAsync(cancellationToken);
        return reader.Kept;
    }

    // A quorum queue takes letters back a moment after the channel is closed. The next reader must see them all.
    private async Task GivenBackAsync(IChannel channel, int kept)
    {
        var clock = Stopwatch.StartNew();
        while ((await channel.QueueDeclarePassiveAsync(topology.Dead, CancellationToken.None)).MessageCount < kept && clock.Elapsed < IdleTimeout)
        {
            await Task.Delay(LockPause / 10, CancellationToken.None);
        }
    }

    private static StoreUnavailableException Busy(Exception? cause) => new("The dead letters are being read by others.", cause!);

    private readonly record struct Letter(ulong Tag, IReadOnlyBasicProperties Properties, ReadOnlyMemory<byte> Body);

    private sealed class Reader(IChannel channel, int count, Func<Letter, ulong?> look) : AsyncDefaultBasicConsumer(channel)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _seen;
        private int _removed;

        public int Kept => Volatile.Read(ref _seen) - _removed;

        public async Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
        {
            for (var before = -1; ;)
            {
                var seen = Volatile.Read(ref _seen);
                var idle = seen == before;
                before = seen;
                try
                {
                    await _done.Task.WaitAsync(idle ? TimeSpan.Zero : timeout, cancellationToken);
                    return;
                }
                catch (TimeoutException)
                {
                    if (idle)
                    {
                        return;
                    }
                }
            }
        }

        public override async Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            if (_seen == count)
            {
                // Came after the count was taken.
                return;
            }

            try
            {
                if (look(new Letter(deliveryTag, properties, body.ToArray())) is { } remove)
                {
                    await Channel.BasicAckAsync(remove, multiple: false, cancellationToken);
                    _removed++;
                }
            }
            catch (Exception e)
            {
                _done.TrySetException(e);
                return;
            }

            if (Interlocked.Increment(ref _seen) == count)
            {
                _done.TrySetResult();
            }
        }

        protected override Task OnCancelAsync(string[] consumerTags, CancellationToken cancellationToken = default)
        {
            _done.TrySetResult();
            return base.OnCancelAsync(consumerTags, cancellationToken);
        }

        public override Task HandleChannelShutdownAsync(object channel, RabbitMQ.Client.Events.ShutdownEventArgs reason)
        {
            _done.TrySetException(new AlreadyClosedException(reason));
            return base.HandleChannelShutdownAsync(channel, reason);
        }
    }
}
