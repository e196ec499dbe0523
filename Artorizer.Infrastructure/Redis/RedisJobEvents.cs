using System.Runtime.CompilerServices;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Events;
using Artorizer.Infrastructure.Redis.Scripts;
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
            JobLog.Publish, [keys.Job(id), keys.Log(id), keys.Gone(id), keys.Published, keys.Outbox], [id, StoredEvent.Write(jobEvent)], cancellationToken);
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
        while (!_topics.IsClosed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = topic.TakeRecent(last);
            if (page.Length == 0 && (fromStore || topic.LastSequence > last || topic.IsStoredAfter(last)))
            {
                try
                {
                    (page, fromStore) = await ReadAsync(topic, last, cancellationToken);
                    isReading = true;
                }
                catch (StoreUnavailableException) when (isReading)
                {
                    // One that listens already outlasts a restart of Redis; a new one is told that it is down.
                    fromStore = true;
                    await Task.Delay(_options.PollInterval, _time, cancellationToken);
                    continue;
                }
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
        _redis.Connection.ConnectionRestored -= OnConnectionRestored;
        _topics.Close();
        _all.Close();
        await _watch.DisposeAsync();
    }

    private async Task<(JobEvent[] Page, bool More)> ReadAsync(JobTopic topic, long last, CancellationToken cancellationToken)
    {
        var keys = _redis.Keys;
        var reply = ((RedisResult[]?)await _redis.EvaluateAsync(
            JobLog.Read, [keys.Job(topic.JobId), keys.Log(topic.JobId)], [last, PageSize], cancellationToken))!;
        var (isThere, length, stored) = ((int)reply[0] != 0, (long)reply[1], ((RedisValue[]?)reply[2])!);
        topic.Stored(length);
        if (stored.Length > 0)
        {
            return ([.. stored.Select((body, i) => StoredEvent.Read(topic.JobId, last + 1 + i, (byte[]?)body))], stored.Length == PageSize);
        }

        // What the store no longer has can come from memory only: the job was deleted.
        var page = topic.TakeRecent(last, allowGap: !isThere);
        if (page.Length == 0)
        {
            topic.DropAfter(last);
        }

        return (page, false);
    }

    private async Task OpenAsync(JobTopic topic, CancellationToken cancellationToken)
    {
        try
        {
            await topic.OpenAsync(t => _redis.Connection.GetSubscriber().SubscribeAsync(_redis.Keys.Events(t.JobId), OnMessage))
                .WaitAsync(_options.OperationTimeout, _time, cancellationToken);
        }
        catch (Exception e) when (RedisErrors.Translate(e) is { } translated)
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

    private void Unsubscribe(JobTopic topic) =>
        _ = ObserveAsync(() => _redis.Connection.GetSubscriber().UnsubscribeAsync(_redis.Keys.Events(topic.JobId), OnMessage));

    private async Task ObserveAsync(Func<Task> unsubscribe)
    {
        try
        {
            await unsubscribe();
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            // The client has forgotten the subscription all the same; with the connection it is gone on the server too.
            LogNotUnsubscribed(e);
        }
    }

    private void OnConnectionRestored(object? sender, ConnectionFailedEventArgs e)
    {
        _all.Restart();
        _watch.Hurry();
    }

    [LoggerMessage(1, LogLevel.Warning, "What was published on {Channel} is no event")]
    private partial void LogForeign(string channel);

    [LoggerMessage(2, LogLevel.Debug, "A subscription could not be ended in order")]
    private partial void LogNotUnsubscribed(Exception exception);
}
