using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Redis;

namespace Artorizer.UnitTests.Redis;

public sealed class EventOrderTests
{
    private readonly List<long> _delivered = [];
    private readonly EventOrder _order;

    public EventOrderTests() => _order = new EventOrder(jobEvent => _delivered.Add(jobEvent.Sequence));

    [Fact]
    public void The_first_events_wait_for_earlier_ones_until_told_not_to()
    {
        Add(8, 7);
        Assert.Empty(_delivered);
        Assert.True(_order.IsWaiting);

        _order.Flush();

        Assert.Equal([7, 8], _delivered);
        Assert.False(_order.IsWaiting);
    }

    [Fact]
    public void From_then_on_an_event_passes_at_once_or_when_those_before_it_have_come()
    {
        Begin();
        Add(3);
        Assert.Equal([1, 2, 3], _delivered);

        Add(6, 5, 7);
        Assert.Equal([1, 2, 3], _delivered);
        Add(4);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7], _delivered);
    }

    [Fact]
    public void A_lost_event_is_passed_over_and_delivered_late_if_it_comes_after_all()
    {
        Begin();
        Add(4, 5);
        _order.Flush();
        Add(3, 6);

        Assert.Equal([1, 2, 4, 5, 3, 6], _delivered);
    }

    [Fact]
    public void What_waits_is_bounded()
    {
        Begin();
        Add([.. Enumerable.Range(4, 300).Select(i => (long)i)]);

        Assert.Equal([1, 2, .. Enumerable.Range(4, 300).Select(i => (long)i)], _delivered);
    }

    [Fact]
    public void Places_that_begin_anew_are_followed()
    {
        Add(5000);
        _order.Flush();
        Add(1, 3, 2, 4);

        Assert.Equal([5000, 1, 2, 3, 4], _delivered);
    }

    [Fact]
    public void What_was_published_before_the_beginning_is_left_out_unless_places_begin_anew()
    {
        _order.BeginAfter(1000);
        Add(999, 1001, 1000, 1002);
        Assert.Equal([1001, 1002], _delivered);

        Add(1, 2);
        Assert.Equal([1001, 1002, 1, 2], _delivered);
    }

    private void Begin()
    {
        Add(1, 2);
        _order.Flush();
    }

    private void Add(params long[] places)
    {
        foreach (var place in places)
        {
            _order.Add(place, new JobEvent { JobId = "j", Type = JobEventTypes.Progress, Sequence = place });
        }
    }
}
