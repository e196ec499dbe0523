using Artorizer.Infrastructure.Embedded.Sqlite;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Logging;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>
/// Messages in SQLite, leases in memory. The data directory belongs to this process alone, so a lease cannot outlive it:
/// what was leased when it died is ready at the next start, with its count of deliveries, and granting, renewing or
/// losing a lease touches no index.
/// </summary>
/// <remarks>
/// Waiting callers stand in line. Whenever changes are committed, those that can be served join the same transaction
/// (<see cref="NextGrant"/>), so a message is often stored and handed out with one fsync.
/// </remarks>
internal sealed partial class EmbeddedJobQueue : IJobQueue
{
    private const int MaxGrants = 64;
    private static readonly TimeSpan RetryAfterError = TimeSpan.FromSeconds(1);

    // Also bounds how late a change of the system's clock is noticed.
    private static readonly TimeSpan LongestNap = TimeSpan.FromMinutes(1);

    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly EmbeddedStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly LinkedList<LeaseWaiter> _waiters = [];
    private readonly Dictionary<long, EmbeddedJobLease> _leases = [];

    /// <summary>Leases that can expire, next first: all last equally long, so whatever is granted or renewed goes to the end.</summary>
    private readonly LinkedList<EmbeddedJobLease> _expiring = [];
    private DateTimeOffset? _nextDue;
    private long _retryAt;
    private bool _granting;
    private bool _closed;

    public EmbeddedJobQueue(
        SqliteWriter writer, SqliteReaders readers, DateTimeOffset? nextDue, EmbeddedStoreOptions options, TimeProvider time, ILogger logger)
    {
        _writer = writer;
        _readers = readers;
        _nextDue = nextDue;
        _options = options;
        _time = time;
        _logger = logger;
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        writer.AddCompanion(NextGrant);
        lock (_lock)
        {
            ArmTimer();
        }
    }

    public Task EnqueueAsync(QueueMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var due = DueAfter(_time.GetUtcNow(), delay);
        return _writer.WriteAsync(
            session =>
            {
                MessageRows.Add(session, message, due, payloadOf: null);
                return true;
            },
            _ => Added(due), cancellationToken, 512 + message.Data.Bytes.Length);
    }

    public Task<IJobLease> LeaseAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<IJobLease>(cancellationToken);
        }

        var waiter = new LeaseWaiter(this);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            waiter.Node = _waiters.AddLast(waiter);
        }

        waiter.Watch(cancellationToken);
        PulseIfUseful();
        return waiter.Task;
    }

    public Task<QueueDepth> GetDepthAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var leased = _leases.Count;
            return Task.FromResult(new QueueDepth(
                Math.Max(0, _writer.Committed(Counter.MessagesReady) - leased),
                _writer.Committed(Counter.MessagesDelayed), leased, _writer.Committed(Counter.MessagesDead), _waiters.Count + leased));
        }
    }

    public Task<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return _readers.ReadAsync<IReadOnlyList<DeadLetter>>(
            session =>
            {
                using var rows = session.Use(MessageRows.ListDead).Bind(1, limit);
                var letters = new List<DeadLetter>();
                while (rows.Step())
                {
                    letters.Add(new DeadLetter(MessageRows.Read(session, rows), rows.Text("reason"), rows.Time("dead_at")));
                }

                return letters;
            },
            cancellationToken);
    }

    public Task<bool> RemoveDeadLetterAsync(string jobId, CancellationToken cancellationToken) =>
        _writer.WriteAsync(session => MessageRows.RemoveDead(session, jobId), committed: null, cancellationToken);

    /// <summary>Lets waiting callers go. Not <see cref="IDisposable"/>: a container must not do this to stores that it shares.</summary>
    public void Close()
    {
        LeaseWaiter[] waiters;
        lock (_lock)
        {
            _closed = true;
            waiters = [.. _waiters];
            _waiters.Clear();
        }

        _timer.Dispose();
        foreach (var waiter in waiters)
        {
            waiter.TrySetException(new ObjectDisposedException(nameof(EmbeddedJobQueue)));
        }
    }

    internal static DateTimeOffset? DueAfter(DateTimeOffset now, TimeSpan delay) => delay > TimeSpan.Zero ? now + delay : null;

    /// <summary>A message was committed, by this class or with a job.</summary>
    internal void Added(DateTimeOffset? due)
    {
        lock (_lock)
        {
            if (due is { } time && (_nextDue is null || time < _nextDue))
            {
                _nextDue = time;
                ArmTimer();
            }
        }

        PulseIfUseful();
    }

    /// <summary>Messages were removed with their job: whoever holds them has lost them.</summary>
    internal void Forget(IReadOnlyList<long>? messages)
    {
        lock (_lock)
        {
            foreach (var id in messages ?? [])
            {
                if (_leases.TryGetValue(id, out var lease))
                {
                    Drop(lease);
                }
            }
        }

        PulseIfUseful();
    }

    internal bool Renew(EmbeddedJobLease lease)
    {
        lock (_lock)
        {
            if (lease.Settling || !Holds(lease))
            {
                return false;
            }

            StartClock(lease);
            return true;
        }
    }

    internal bool Release(EmbeddedJobLease lease)
    {
        lock (_lock)
        {
            if (lease.Settling || !Holds(lease))
            {
                return false;
            }

            Drop(lease);
        }

        PulseIfUseful();
        return true;
    }

    internal Task<bool> AcknowledgeAsync(EmbeddedJobLease lease, CancellationToken cancellationToken) =>
        SettleAsync(lease, session => MessageRows.Remove(session, lease.MessageId), due: null, cancellationToken);

    internal Task<bool> RetryAsync(EmbeddedJobLease lease, QueueMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        var due = DueAfter(_time.GetUtcNow(), delay);
        var sameData = ReferenceEquals(message.Data, lease.Message.Data);
        return SettleAsync(lease, session => MessageRows.Replace(session, lease.MessageId, message, sameData, due), due, cancellationToken);
    }

    internal Task<bool> DeadLetterAsync(EmbeddedJobLease lease, string reason, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return SettleAsync(lease, session => MessageRows.TryBury(session, lease.MessageId, reason, now), due: null, cancellationToken);
    }

    internal void Cancel(LeaseWaiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (waiter.Node?.List is not null)
            {
                _waiters.Remove(waiter.Node);
            }
        }

        waiter.TrySetCanceled(cancellationToken);
    }

    /// <summary>
    /// The lease is neither lost nor settled twice while the change waits for the disk: it is marked, so that it does not
    /// expire meanwhile, and unmarked if the change fails.
    /// </summary>
    private async Task<bool> SettleAsync(
        EmbeddedJobLease lease, Func<WriteSession, bool> change, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (lease.Settling || !Holds(lease))
            {
                return false;
            }

            StopClock(lease);
            lease.Settling = true;
        }

        try
        {
            return await _writer.WriteAsync(change, _ => Settled(lease, due), cancellationToken);
        }
        catch
        {
            lock (_lock)
            {
                lease.Settling = false;
                if (Holds(lease))
                {
                    StartClock(lease);
                }
            }

            throw;
        }
    }

    private void Settled(EmbeddedJobLease lease, DateTimeOffset? due)
    {
        lock (_lock)
        {
            Drop(lease);
        }

        Added(due);
    }

    private bool Holds(EmbeddedJobLease lease) => _leases.TryGetValue(lease.MessageId, out var holder) && ReferenceEquals(holder, lease);

    private void Drop(EmbeddedJobLease lease)
    {
        StopClock(lease);
        if (Holds(lease))
        {
            _leases.Remove(lease.MessageId);
        }
    }

    /// <summary>Gives the lease its full time from now.</summary>
    private void StartClock(EmbeddedJobLease lease)
    {
        StopClock(lease);
        lease.ExpiresAt = _time.GetTimestamp() + Ticks(_options.LeaseDuration);
        _expiring.AddLast(lease.Node);
        if (_expiring.Count == 1)
        {
            ArmTimer();
        }
    }

    private void StopClock(EmbeddedJobLease lease)
    {
        if (lease.Node.List is not null)
        {
            _expiring.Remove(lease.Node);
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "Messages could not be leased; trying again in a second")]
    private partial void LogGrantFailed(Exception exception);

    [LoggerMessage(11, LogLevel.Information, "The lease of job {JobId} expired after delivery {Deliveries}; it goes to the next worker")]
    private partial void LogLeaseExpired(string jobId, int deliveries);
}
