using Artorizer.Contracts.Jobs;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>A job that someone listens to, with its latest events. Ends with its last listener.</summary>
internal sealed class JobTopic(string jobId)
{
    private const int RecentCount = 16;

    private readonly Lock _lock = new();
    private readonly HashSet<JobSubscription> _subscriptions = [];

    /// <summary>Latest events in order; rarely more than a few, so a list that drops its head is enough.</summary>
    private readonly List<JobEvent> _recent = [];

    private long _lastSequence;
    private bool _ended;
    private bool _closed;

    public string JobId => jobId;

    /// <summary>Highest number seen by anyone.</summary>
    public long LastSequence
    {
        get
        {
            lock (_lock)
            {
                return _lastSequence;
            }
        }
    }

    /// <summary><see langword="null"/> if the topic has just ended and another must be made.</summary>
    public JobSubscription? TryJoin(long afterSequence)
    {
        lock (_lock)
        {
            if (_ended)
            {
                return null;
            }

            var subscription = new JobSubscription(this);
            _subscriptions.Add(subscription);
            _lastSequence = Math.Max(_lastSequence, afterSequence);
            return subscription;
        }
    }

    /// <summary>Returns whether that was the last one.</summary>
    public bool Leave(JobSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
            return _ended = _subscriptions.Count == 0;
        }
    }

    public void Observe(long sequence)
    {
        lock (_lock)
        {
            _lastSequence = Math.Max(_lastSequence, sequence);
        }
    }

    /// <summary>Keeps the event and wakes the listeners. An event without a number gets the next one that anyone here knows of.</summary>
    public JobEvent Publish(JobEvent jobEvent)
    {
        lock (_lock)
        {
            if (jobEvent.Sequence == 0)
            {
                jobEvent = jobEvent with { Sequence = _lastSequence + 1 };
            }

            if (_recent.Count == RecentCount)
            {
                _recent.RemoveAt(0);
            }

            _recent.Add(jobEvent);
            _lastSequence = Math.Max(_lastSequence, jobEvent.Sequence);
            foreach (var subscription in _subscriptions)
            {
                subscription.Wake();
            }

            return jobEvent;
        }
    }

    /// <summary>The events after a number, if they follow without a gap, or at all where a gap is allowed.</summary>
    public JobEvent[] TakeRecent(long after, bool allowGap = false)
    {
        lock (_lock)
        {
            var first = _recent.FindIndex(jobEvent => jobEvent.Sequence > after);
            return first < 0 || (!allowGap && _recent[first].Sequence != after + 1)
                ? []
                : [.. _recent.Skip(first)];
        }
    }

    /// <summary>Whether a listener at this number has anything to do.</summary>
    public bool HasNews(long after)
    {
        lock (_lock)
        {
            return _closed || (_recent.Count > 0 && _recent[^1].Sequence > after);
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var subscription in _subscriptions)
            {
                subscription.Wake();
            }
        }
    }
}
