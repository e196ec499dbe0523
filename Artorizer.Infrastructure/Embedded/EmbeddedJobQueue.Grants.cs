using Artorizer.Infrastructure.Embedded.Sqlite;
using Artorizer.Jobs.Queue;

namespace Artorizer.Infrastructure.Embedded;

/// <content>Handing messages to waiting callers.</content>
internal sealed partial class EmbeddedJobQueue
{
    /// <summary>Asked by the writer once per batch: an operation that serves waiting callers, if there may be something for them.</summary>
    private IWriteOperation? NextGrant()
    {
        lock (_lock)
        {
            var promote = _nextDue <= _time.GetUtcNow();
            if (_closed || _granting || (_waiters.Count == 0 && !promote) || _retryAt > _time.GetTimestamp())
            {
                return null;
            }

            _granting = true;
            return new Grant(this, Math.Min(_waiters.Count, MaxGrants), promote);
        }
    }

    /// <summary>Wakes the writer if callers wait and there is something for them. Messages in the batch under way are seen at its end.</summary>
    private void PulseIfUseful()
    {
        lock (_lock)
        {
            if (_waiters.Count > 0 && !_granting && (_writer.Committed(Counter.MessagesReady) > _leases.Count || _nextDue <= _time.GetUtcNow()))
            {
                _writer.Pulse();
            }
        }
    }

    private void Granted(List<Delivery> deliveries, DateTimeOffset? nextDue, bool promoted)
    {
        var surplus = new List<EmbeddedJobLease>();
        var served = new List<(LeaseWaiter Waiter, EmbeddedJobLease Lease)>();
        lock (_lock)
        {
            _granting = false;
            if (promoted)
            {
                _nextDue = nextDue;
            }

            foreach (var (id, message, count) in deliveries)
            {
                var lease = new EmbeddedJobLease(this, id, message, count, _options.LeaseDuration);
                _leases[id] = lease;
                if (_waiters.First is { } first)
                {
                    _waiters.Remove(first);
                    StartClock(lease);
                    served.Add((first.Value, lease));
                }
                else
                {
                    lease.Settling = true;
                    surplus.Add(lease);
                }
            }

            ArmTimer();
        }

        foreach (var (waiter, lease) in served)
        {
            if (!waiter.TrySetResult(lease))
            {
                lock (_lock)
                {
                    StopClock(lease);
                    lease.Settling = true;
                }

                surplus.Add(lease);
            }
        }

        if (surplus.Count > 0)
        {
            _ = TakeBackAsync(surplus);
        }

        PulseIfUseful();
    }

    private void GrantFailed(Exception exception)
    {
        LogGrantFailed(exception);
        lock (_lock)
        {
            _granting = false;
            _retryAt = _time.GetTimestamp() + Ticks(RetryAfterError);
            ArmTimer();
        }
    }

    /// <summary>The callers had gone when their messages came: these deliveries do not count.</summary>
    private async Task TakeBackAsync(List<EmbeddedJobLease> leases)
    {
        try
        {
            await _writer.WriteAsync(
                session =>
                {
                    foreach (var lease in leases)
                    {
                        using var undeliver = session.Use(MessageRows.Undeliver).Bind(1, lease.MessageId);
                        undeliver.Run();
                    }

                    return true;
                },
                committed: null, CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // One delivery more is counted than there was; the messages themselves are safe.
            LogGrantFailed(exception);
        }

        lock (_lock)
        {
            leases.ForEach(Drop);
        }

        PulseIfUseful();
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            var now = _time.GetTimestamp();
            while (_expiring.First is { } first && first.Value.ExpiresAt <= now)
            {
                Drop(first.Value);
                LogLeaseExpired(first.Value.Message.JobId, first.Value.Deliveries);
            }

            if (_nextDue <= _time.GetUtcNow())
            {
                _writer.Pulse();
            }

            ArmTimer();
        }

        PulseIfUseful();
    }

    /// <summary>One timer for all leases and delays, set to the earliest. Under the lock.</summary>
    private void ArmTimer()
    {
        if (_closed)
        {
            return;
        }

        var now = _time.GetTimestamp();
        TimeSpan? wait = _expiring.First is { } first ? _time.GetElapsedTime(now, first.Value.ExpiresAt) : null;
        var pause = _retryAt > now ? _time.GetElapsedTime(now, _retryAt) : TimeSpan.Zero;
        if (_nextDue is { } due)
        {
            var untilDue = due - _time.GetUtcNow();
            untilDue = untilDue > pause ? untilDue : pause;
            wait = wait < untilDue ? wait : untilDue;
        }

        if (pause > TimeSpan.Zero && (wait is null || pause < wait))
        {
            wait = pause;
        }

        // A millisecond more than the rounded-down rest, so that the moment has come when the timer fires.
        _timer.Change(
            wait is not { } span ? Timeout.InfiniteTimeSpan
            : span <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1)
            : (span < LongestNap ? span : LongestNap) + TimeSpan.FromMilliseconds(1),
            Timeout.InfiniteTimeSpan);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private readonly record struct Delivery(long Id, QueueMessage Message, int Deliveries);

    /// <summary>Promotes delayed messages and delivers ready ones to up to <paramref name="count"/> waiting callers.</summary>
    private sealed class Grant(EmbeddedJobQueue queue, int count, bool promote) : IWriteOperation
    {
        private List<Delivery> _deliveries = [];
        private DateTimeOffset? _nextDue;

        public int Weight => 0;

        public bool TryBegin() => true;

        public void Execute(WriteSession session)
        {
            if (promote)
            {
                MessageRows.Promote(session, queue._time.GetUtcNow());
                _nextDue = MessageRows.FindNextDue(session);
            }

            _deliveries = [];
            foreach (var id in FindReady(session))
            {
                if (MessageRows.TryDeliver(session, id) is { } delivered)
                {
                    _deliveries.Add(new Delivery(id, delivered.Message, delivered.Deliveries));
                }
            }
        }

        public void Committed() => queue.Granted(_deliveries, _nextDue, promote);

        public void Complete()
        {
        }

        public void Fail(Exception exception) => queue.GrantFailed(exception);

        private List<long> FindReady(WriteSession session)
        {
            var ids = new List<long>(count);
            if (count > 0)
            {
                // Leased messages stay in the index; there are never many more than workers.
                using var candidates = session.Use(MessageRows.Candidates);
                lock (queue._lock)
                {
                    while (ids.Count < count && candidates.Step())
                    {
                        var id = candidates.Int64("id");
                        if (!queue._leases.ContainsKey(id))
                        {
                            ids.Add(id);
                        }
                    }
                }
            }

            return ids;
        }
    }
}
