using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Artorizer.Contracts.Jobs;
using StackExchange.Redis;

namespace Artorizer.Infrastructure.Redis;

/// <summary>The events of every job, from one subscription for all who listen in this process; it ends with the last of them.</summary>
internal sealed class AllEvents
{
    // How long an event waits for one before it: far longer than two threads need to pass each other.
    private static readonly TimeSpan GapTimeout = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Lock _orderLock = new();
    private readonly RedisCommands _redis;
    private readonly RedisStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly EventOrder _order;
    private ITimer? _gapTimer;
    private Channel<JobEvent>[] _listeners = [];
    private bool _closed;

    public AllEvents(RedisCommands redis, RedisStoreOptions options, TimeProvider time)
    {
        (_redis, _options, _time) = (redis, options, time);
        _order = new EventOrder(Deliver);
    }

    public async IAsyncEnumerable<JobEvent> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<JobEvent>(new BoundedChannelOptions(_options.EventBuffer)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });
        Join(channel);
        try
        {
            await foreach (var jobEvent in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return jobEvent;
            }
        }
        finally
        {
            Leave(channel);
        }
    }

    /// <summary>After a reconnect: what was published meanwhile does not come.</summary>
    public void Restart()
    {
        lock (_orderLock)
        {
            _order.Restart();
        }
    }

    /// <summary>Ends every subscription.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var listener in _listeners)
            {
                listener.Writer.TryComplete();
            }
        }

        lock (_orderLock)
        {
            _gapTimer?.Dispose();
            _gapTimer = null;
        }
    }

    private void Join(Channel<JobEvent> channel)
    {
        lock (_lock)
        {
            if (_closed)
            {
                channel.Writer.TryComplete();
                return;
            }

            if (_listeners.Length == 0)
            {
                Subscribe();
            }

            Volatile.Write(ref _listeners, [.. _listeners, channel]);
        }
    }

    private void Leave(Channel<JobEvent> channel)
    {
        lock (_lock)
        {
            if (!_listeners.Contains(channel))
            {
                return;
            }

            Volatile.Write(ref _listeners, [.. _listeners.Where(listener => listener != channel)]);
            if (_listeners.Length == 0 && !_closed)
            {
                _redis.Connection.GetSubscriber().UnsubscribeAsync(_redis.Keys.AllEvents, OnMessage, CommandFlags.FireAndForget);
            }
        }
    }

    // Waits, once for all listeners: whoever has called for events must miss none that comes after its call. On a cluster,
    // messages travel from node to node, and some from before the call may come after it.
    private void Subscribe()
    {
        try
        {
            var published = (long)_redis.Connection.GetDatabase().StringGet(_redis.Keys.Published);
            lock (_orderLock)
            {
                _order.BeginAfter(published);
            }

            _redis.Connection.GetSubscriber().Subscribe(_redis.Keys.AllEvents, OnMessage);
        }
        catch (Exception e) when (RedisErrors.Translate(e, CancellationToken.None) is { } translated)
        {
            throw translated;
        }
    }

    private void OnMessage(RedisChannel channel, RedisValue message)
    {
        if (!EventMessage.TryRead((byte[]?)message, out var place, out var jobEvent))
        {
            return;
        }

        lock (_orderLock)
        {
            _order.Add(place, jobEvent);
            if (_order.IsWaiting && _gapTimer is null && !Volatile.Read(ref _closed))
            {
                _gapTimer = _time.CreateTimer(_ => WaitNoLonger(), null, GapTimeout, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void WaitNoLonger()
    {
        lock (_orderLock)
        {
            _gapTimer?.Dispose();
            _gapTimer = null;
            _order.Flush();
        }
    }

    private void Deliver(JobEvent jobEvent)
    {
        foreach (var listener in Volatile.Read(ref _listeners))
        {
            listener.Writer.TryWrite(jobEvent);
        }
    }
}
