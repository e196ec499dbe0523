using Artorizer.Contracts.Jobs;

namespace Artorizer.Infrastructure.Redis;

/// <summary>
/// Brings published events back into the order in which they were published: the client may hand messages over by several
/// threads at once. Not for use by several threads.
/// </summary>
/// <param name="deliver">Takes the events in order.</param>
internal sealed class EventOrder(Action<JobEvent> deliver)
{
    private const int Capacity = 256;
    private readonly SortedDictionary<long, JobEvent> _early = [];
    private long _next;
    private long _before;

    /// <summary>Whether events wait for one before them, which may have been lost.</summary>
    public bool IsWaiting => _early.Count > 0;

    /// <summary>Begins anew, with what is published after a place.</summary>
    public void BeginAfter(long place)
    {
        _early.Clear();
        (_before, _next) = (place, place + 1);
    }

    public void Add(long place, JobEvent jobEvent)
    {
        if (_next > 0 && place < _next)
        {
            // Late rather than lost; and where places begin anew, after a loss of data, all would be late.
            if (_next - place > Capacity)
            {
                Flush();
                (_before, _next) = (0, place + 1);
            }

            if (place > _before)
            {
                deliver(jobEvent);
            }

            return;
        }

        // Which place is the first is known only when no earlier one has come for a while.
        _early[place] = jobEvent;
        if (_early.Count > Capacity)
        {
            _next = _early.First().Key;
        }

        DeliverFollowing();
    }

    /// <summary>Waits no longer.</summary>
    public void Flush()
    {
        while (_early.Count > 0)
        {
            _next = _early.First().Key;
            DeliverFollowing();
        }
    }

    /// <summary>Begins anew, with whichever events come next.</summary>
    public void Restart()
    {
        Flush();
        (_before, _next) = (0, 0);
    }

    private void DeliverFollowing()
    {
        while (_early.Remove(_next, out var jobEvent))
        {
            _next++;
            deliver(jobEvent);
        }
    }
}
