using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs.Events;

/// <summary>A job that someone listens to, with its latest events. Ends with its last listener.</summary>
internal sealed class JobTopic(string jobId)
{
    private const int RecentCount = 16;

    private readonly Lock _lock = new();
    private readonly HashSet<JobSubscription> _subscriptions = [];

    /// <summary>Latest events in order; rarely more than a few, so a list that drops its head is enough.</summary>
    private readonly List<JobEvent> _recent = [];

    private long _lastSequence;
    private long _stored;
    private JobEvent[] _heard = [];
    private int _doubts;
    private Task? _opening;
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

    /// <summary>Counts the times that the store may have gone back: a listener then compares what it heard with what is stored.</summary>
    public int Doubts
    {
        get
        {
            lock (_lock)
            {
                return _doubts;
            }
        }
    }

    /// <summary>Latest events before the last doubt, in order.</summary>
    public JobEvent[] HeardBeforeDoubt
    {
        get
        {
            lock (_lock)
            {
                return _heard;
            }
        }
    }

    /// <summary>The connection to the store was lost, and with it perhaps what the store was about to write.</summary>
    public void Doubt()
    {
        lock (_lock)
        {
            _doubts++;
            if (_recent.Count > 0)
            {
                _heard = [.. _recent];
                _recent.Clear();
            }

            _stored = 0;
            foreach (var subscription in _subscriptions)
            {
                subscription.Wake();
            }
        }
    }

    /// <summary>Whether the store is known to hold events after this number.</summary>
    public bool IsStoredAfter(long sequence)
    {
        lock (_lock)
        {
            return _stored > sequence;
        }
    }

    /// <summary>Runs <paramref name="open"/> for the first listener; all of them wait for it.</summary>
    public Task OpenAsync(Func<JobTopic, Task> open)
    {
        lock (_lock)
        {
            return _opening ??= open(this);
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

            // Where events come over a network, two may come in the wrong order, or one twice.
            var at = _recent.Count;
            while (at > 0 && _recent[at - 1].Sequence >= jobEvent.Sequence)
            {
                at--;
            }

            if (at < _recent.Count && _recent[at].Sequence == jobEvent.Sequence)
            {
                return jobEvent;
            }

            _recent.Insert(at, jobEvent);
            if (_recent.Count > RecentCount)
            {
                _recent.RemoveAt(0);
            }

            _lastSequence = Math.Max(_lastSequence, jobEvent.Sequence);
            foreach (var subscription in _subscriptions)
            {
                subscription.Wake();
            }

            return jobEvent;
        }
    }

    /// <summary>The events that follow a number without a gap, or all after it where gaps are allowed.</summary>
    public JobEvent[] TakeRecent(long after, bool allowGap = false)
    {
        lock (_lock)
        {
            var first = _recent.FindIndex(jobEvent => jobEvent.Sequence > after);
            if (first < 0)
            {
                return [];
            }

            var end = _recent.Count;
            if (!allowGap)
            {
                for (end = first; end < _recent.Count && _recent[end].Sequence == after + 1 + end - first;)
                {
                    end++;
                }
            }

            return [.. _recent[first..end]];
        }
    }

    /// <summary>Takes note of how far the store is, and wakes the listeners that are behind it.</summary>
    public void Stored(long sequence)
    {
        lock (_lock)
        {
            var isNews = sequence > _stored;
            _stored = sequence;
            if (isNews)
            {
                foreach (var subscription in _subscriptions)
                {
                    subscription.Wake();
                }
            }
        }
    }

    /// <summary>
    /// Drops what was heard after a number that the store has not: either it went back, or it is written at this moment and
    /// is read from it later, since <see cref="LastSequence"/> stays.
    /// </summary>
    public void DropAfter(long sequence)
    {
        lock (_lock)
        {
            _recent.RemoveAll(jobEvent => jobEvent.Sequence > sequence);
        }
    }

    /// <summary>Whether a listener at this number has anything to do.</summary>
    public bool HasNews(long after)
    {
        lock (_lock)
        {
            return _closed || _stored > after || (_recent.Count > 0 && _recent[^1].Sequence > after);
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
