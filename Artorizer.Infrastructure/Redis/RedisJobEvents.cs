using System.Runtime.CompilerServices;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Redis.Scripts;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Artorizer.Infrastructure.Redis;

/// <summary>
/// Events in Redis: each is stored and published by one script. A published event only saves its listeners a read; what they
/// miss, while a connection is lost or because they are slow, they read from the store, after a reconnect at once and
/// otherwise within <see cref="RedisStoreOptions.PollInterval"/>. All listeners of a job in this process share one
/// subscription, which ends with the last of them.
/// </summary>
/// <remarks>
/// An event of a job that is not (or no longer) there is not stored, but whoever listens gets it, in every process: that is
/// how the end of a deleted job is told. Listeners to all jobs lose what is published while their connection is lost.
/// Where Redis itself loses events, the numbers of the lost ones are given again, and heard again by those who heard them.
/// </remarks>
internal sealed partial class RedisJobEvents : IJobEvents, IAsyncDisposable
{
    private const int PageSize = 64;
    private readonly RedisCommands _redis;
    private readonly RedisStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisJobEvents> _logger;
    private readonly JobTopics _topics;
    private readonly AllEvents _all;
    private readonly StoreWatch _watch;

    public RedisJobEvents(RedisCommands redis, RedisStoreOptions options, TimeProvider time, ILogger<RedisJobEvents> logger)
    {
        (_redis, _options, _time, _logger) = (redis, options, time, logger);
        _topics = new JobTopics(ended: Unsubscribe);
        _all = new AllEvents(redis, options, time);
        _watch = new StoreWatch(redis, _topics, options, time, logger);
        redis.Connection.ConnectionFailed += OnConnectionFailed;
        redis.Connection.ConnectionRestored += OnConnectionRestored;
    }

    /// <summary>Jobs that someone listens to here.</summary>
    internal int TopicCount => _topics.Count;

    public async Task<JobEvent> PublishAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobEvent);
        var keys = _redis.Keys;
        var id = jobEvent.JobId;
        var sequence = (long)await _redis.EvaluateAsync(
            RedisScripts.PublishEvent,
            [keys.Job(id), keys.Log(id), keys.Gone(id), keys.Published, keys.Outbox],
            [id, StoredEvent.Write(jobEvent)],
            cancellationToken);
        return jobEvent with { Sequence = Math.Max(1, sequence) };
    }

    public async IAsyncEnumerable<JobEvent> SubscribeAsync(
        string jobId, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(jobId);
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);

        // Subscribed before the first read: whatever is stored after that read then wakes this listener.
        using var subscription = _topics.Join(jobId, afterSequence);
        var topic = subscription.Topic;
        await OpenAsync(topic, cancellationToken);
        _watch.Start();
        var last = afterSequence;
        var fromStore = true;
        var isReading = false;
        var doubts = topic.Doubts;
        while (!_topics.IsClosed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            JobEvent[] page;
            try
            {
                if (topic.Doubts is var now && now != doubts)
                {
                    last = await CompareAsync(topic, last, cancellationToken);
                    (doubts, fromStore) = (now, true);
                }

                page = topic.TakeRecent(last);
                if (page.Length == 0 && (fromStore || topic.LastSequence > last || topic.IsStoredAfter(last)))
                {
                    (page, fromStore) = await ReadAsync(topic, last, cancellationToken);
                    isReading = true;
                }
            }
            catch (StoreUnavailableException) when (isReading)
            {
                // One that listens already outlasts a restart of Redis; a new one is told that it is down.
                fromStore = true;
                await Task.Delay(_options.PollInterval, _time, cancellationToken);
                continue;
            }

            if (page.Length == 0)
            {
                await subscription.WaitAsync(last, cancellationToken);
                continue;
            }

            foreach (var jobEvent in page)
            {
                last = jobEvent.Sequence;
                yield return jobEvent;
            }

            topic.Observe(last);
        }
    }

    public IAsyncEnumerable<JobEvent> SubscribeAllAsync(CancellationToken cancellationToken) => _all.ListenAsync(cancellationToken);

    /// <summary>Ends every subscription.</summary>
    public async ValueTask DisposeAsync()
    {
        _redis.Connection.ConnectionFailed -= OnConnectionFailed;
        _redis.Connection.ConnectionRestored -= OnConnectionRestored;
        _topics.Close();
        _all.Close();
        await _watch.DisposeAsync();
    }

    private async Task<(JobEvent[] Page, bool More)> ReadAsync(JobTopic topic, long last, CancellationToken cancellationToken)
    {
        var (isThere, length, stored) = await ReadLogAsync(topic.JobId, last, cancellationToken);
        topic.Stored(length);
        if (stored.Length > 0)
        {
            return (stored, stored.Length == PageSize);
        }

        // What the store no longer has can come from memory only: the job was deleted.
        var page = topic.TakeRecent(last, allowGap: !isThere);
        if (page.Length == 0)
        {
            topic.DropAfter(last);
        }

        return (page, false);
    }

    // A crash of Redis can take what it was about to write, a failover what the replica had not yet. Numbers that listeners
    // have heard are then given again, to other events: from there on they are heard once more.
    private async Task<long> CompareAsync(JobTopic topic, long last, CancellationToken cancellationToken)
    {
        var heard = topic.HeardBeforeDoubt;
        var first = heard.Length > 0 ? Math.Min(last, heard[0].Sequence - 1) : last;
        var (isThere, length, stored) = await ReadLogAsync(topic.JobId, first, cancellationToken);
        if (!isThere)
        {
            return last;
        }

        foreach (var jobEvent in heard.Where(jobEvent => jobEvent.Sequence <= Math.Min(last, first + stored.Length)))
        {
            if (jobEvent != stored[jobEvent.Sequence - first - 1])
            {
                return jobEvent.Sequence - 1;
            }
        }

        return Math.Min(last, length);
    }

    private async Task<(bool IsThere, long Length, JobEvent[] Events)> ReadLogAsync(string jobId, long after, CancellationToken cancellationToken)
    {
        var keys = _redis.Keys;
        var reply = ((RedisResult[]?)await _redis.EvaluateAsync(
            RedisScripts.ReadEvents, [keys.Job(jobId), keys.Log(jobId)], [after, PageSize], cancellationToken))!;
        var bodies = ((RedisValue[]?)reply[2])!;
        return ((int)reply[0] != 0, (long)reply[1], [.. bodies.Select((body, i) => StoredEvent.Read(jobId, after + 1 + i, (byte[]?)body))]);
    }

    private async Task OpenAsync(JobTopic topic, CancellationToken cancellationToken)
    {
        try
        {
            await topic.OpenAsync(t => _redis.Connection.GetSubscriber().SubscribeAsync(_redis.Keys.Events(t.JobId), OnMessage))
                .WaitAsync(_options.OperationTimeout, _time, cancellationToken);
        }
        catch (Exception e) when (RedisErrors.Translate(e, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    private void OnMessage(RedisChannel channel, RedisValue message)
    {
        if (!EventMessage.TryRead((byte[]?)message, out _, out var jobEvent))
        {
            LogForeign(channel.ToString());
        }
        else if (_topics.Find(jobEvent.JobId) is { } topic)
        {
            topic.Publish(jobEvent);
        }
    }

    private void Unsubscribe(JobTopic topic)
    {
        // After the end the connection goes, and all subscriptions with it.
        if (!_topics.IsClosed)
        {
            _ = ObserveAsync(() => _redis.Connection.GetSubscriber().UnsubscribeAsync(_redis.Keys.Events(topic.JobId), OnMessage));
        }
    }

    private async Task ObserveAsync(Func<Task> unsubscribe)
    {
        try
        {
            await unsubscribe();
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            // The client has forgotten the subscription all the same; with the connection it is gone on the server too.
            LogNotUnsubscribed(e);
        }
    }

    private void OnConnectionFailed(object? sender, ConnectionFailedEventArgs e) => Doubt();

    private void OnConnectionRestored(object? sender, ConnectionFailedEventArgs e)
    {
        Doubt();
        _all.Restart();
        _watch.Hurry();
    }

    private void Doubt()
    {
        foreach (var topic in _topics.Snapshot())
        {
            topic.Doubt();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "What was published on {Channel} is no event")]
    private partial void LogForeign(string channel);

    [LoggerMessage(2, LogLevel.Debug, "A subscription could not be ended in order")]
    private partial void LogNotUnsubscribed(Exception exception);
}
