using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Events;

namespace Artorizer.UnitTests.Events;

public sealed class JobTopicTests
{
    private readonly JobTopic _topic = new("j");

    [Fact]
    public void Events_that_come_in_the_wrong_order_or_twice_are_taken_in_order_and_once()
    {
        Publish(3, 1, 3, 2, 5);

        Assert.Equal([1, 2, 3], Numbers(_topic.TakeRecent(0)));
        Assert.Equal([3], Numbers(_topic.TakeRecent(2)));
        Assert.Empty(_topic.TakeRecent(3));
        Assert.Equal([5], Numbers(_topic.TakeRecent(3, allowGap: true)));
    }

    [Fact]
    public void A_doubt_leaves_what_was_heard_to_be_compared_and_nothing_to_be_taken()
    {
        Publish(1, 2);

        _topic.Doubt();

        Assert.Equal(1, _topic.Doubts);
        Assert.Empty(_topic.TakeRecent(0));
        Assert.Equal([1, 2], Numbers(_topic.HeardBeforeDoubt));

        // A second one, with nothing heard in between, does not forget it.
        _topic.Doubt();
        Assert.Equal([1, 2], Numbers(_topic.HeardBeforeDoubt));
    }

    [Fact]
    public async Task A_listener_is_woken_when_the_store_is_known_to_be_ahead_of_it()
    {
        using var subscription = _topic.TryJoin(4)!;
        var waiting = subscription.WaitAsync(4, TestContext.Current.CancellationToken);
        _topic.Stored(4);
        Assert.False(waiting.IsCompleted);

        _topic.Stored(5);

        await waiting.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.True(_topic.IsStoredAfter(4));
        Assert.False(_topic.IsStoredAfter(5));
    }

    private void Publish(params long[] numbers)
    {
        foreach (var number in numbers)
        {
            _topic.Publish(new JobEvent { JobId = "j", Type = JobEventTypes.Progress, Sequence = number });
        }
    }

    private static IEnumerable<long> Numbers(IEnumerable<JobEvent> events) => events.Select(jobEvent => jobEvent.Sequence);
}
