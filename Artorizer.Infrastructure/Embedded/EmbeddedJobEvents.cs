using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded.Sqlite;
using Artorizer.Jobs.Events;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>
/// Events in SQLite, handed on in the process. A listener is a position in its job's events and a wake-up call, with no
/// thread, timer or buffer of its own: what it needs is read from the store, or from the few latest events that all
/// listeners of a job share.
/// </summary>
/// <remarks>
/// An event of a job that is not (or no longer) there is not stored, but whoever still listens gets it:
/// that is how the end of a deleted job is told.
/// </remarks>
internal sealed class EmbeddedJobEvents(SqliteWriter writer, SqliteReaders readers, EmbeddedStoreOptions options) : IJobEvents
{
    private const int PageSize = 64;

    private readonly JobTopics _topics = new();
    private readonly Lock _listenersLock = new();
    private Channel<JobEvent>[] _listeners = [];

    public async Task<JobEvent> PublishAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobEvent);
        var stored = jobEvent;
        await writer.WriteAsync(
            session => EventRows.Add(session, jobEvent), written => stored = Committed(written), cancellationToken);
        return stored;
    }

    /// <summary>Hands on an event that has been committed. Called in the order of the commits.</summary>
    public JobEvent Committed(JobEvent jobEvent)
    {
        if (_topics.Find(jobEvent.JobId) is { } topic)
        {
            jobEvent = topic.Publish(jobEvent);
        }
        else if (jobEvent.Sequence == 0)
        {
            jobEvent = jobEvent with { Sequence = 1 };
        }

        foreach (var listener in Volatile.Read(ref _listeners))
        {
            listener.Writer.TryWrite(jobEvent);
        }

        return jobEvent;
    }

    public async IAsyncEnumerable<JobEvent> SubscribeAsync(
        string jobId, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(jobId);
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);

        // Joined before the first read: whatever is committed after that read then wakes this listener.
        using var subscription = _topics.Join(jobId, afterSequence);
        var last = afterSequence;
        var fromStore = true;
        while (!_topics.IsClosed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = subscription.Topic.TakeRecent(last);
            if (page.Length == 0 && (fromStore || subscription.Topic.LastSequence > last))
            {
                page = await readers.ReadAsync(session => EventRows.Read(session, jobId, last, PageSize), cancellationToken);
                fromStore = page.Length == PageSize;
                if (page.Length == 0)
                {
                    // What the store no longer has can come from memory only: the job was deleted.
                    page = subscription.Topic.TakeRecent(last, allowGap: true);
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

            subscription.Topic.Observe(last);
        }
    }

    public async IAsyncEnumerable<JobEvent> SubscribeAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<JobEvent>(new BoundedChannelOptions(options.EventBuffer)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });
        lock (_listenersLock)
        {
            Volatile.Write(ref _listeners, [.. _listeners, channel]);
            if (_topics.IsClosed)
            {
                channel.Writer.TryComplete();
            }
        }

        try
        {
            await foreach (var jobEvent in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return jobEvent;
            }
        }
        finally
        {
            lock (_listenersLock)
            {
                Volatile.Write(ref _listeners, [.. _listeners.Where(listener => listener != channel)]);
            }
        }
    }

    /// <summary>Ends every subscription.</summary>
    public void Close()
    {
        _topics.Close();
        lock (_listenersLock)
        {
            foreach (var listener in _listeners)
            {
                listener.Writer.TryComplete();
            }
        }
    }

    /// <summary>Jobs that someone listens to.</summary>
    internal int TopicCount => _topics.Count;
}
