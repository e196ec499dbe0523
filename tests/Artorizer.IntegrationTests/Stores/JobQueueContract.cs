using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Queue;

namespace Artorizer.IntegrationTests.Stores;

/// <summary>What every <see cref="IJobQueue"/> does.</summary>
public abstract class JobQueueContract : StoreContract
{
    private IJobQueue Queue => Stores.Queue!;

    /// <summary>Whether each of the ten priorities comes before the next. Where a broker knows no priorities, the oldest comes first.</summary>
    protected virtual bool HasTenPriorities => true;

    [Fact]
    public async Task A_message_comes_out_as_it_went_in()
    {
        var message = NewMessage() with
        {
            Priority = 7,
            Data = new Payload(Payload.MessagePack, new byte[] { 0x93, 0, 0xc0, 0xff }),
            Attempts = 2,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };
        await Queue.EnqueueAsync(message, TimeSpan.Zero, Token);

        var lease = await LeaseAsync();

        Assert.Equal(message, lease.Message);
        Assert.Equal(1, lease.Deliveries);
    }

    [Fact]
    public async Task Highest_priority_first_and_oldest_first_within_one()
    {
        var messages = Enumerable.Range(0, 30).Select(i => NewMessage() with { Priority = i * 7 % 10 }).ToList();
        foreach (var message in messages)
        {
            await Queue.EnqueueAsync(message, TimeSpan.Zero, Token);
        }

        var order = new List<int>();
        for (var i = 0; i < 30; i++)
        {
            var lease = await LeaseAsync();
            order.Add(lease.Message.TaskId);
            Assert.True(await lease.AcknowledgeAsync(Token));
        }

        var expected = messages.OrderByDescending(message => HasTenPriorities ? message.Priority : 0).ThenBy(message => message.TaskId);
        Assert.Equal(expected.Select(message => message.TaskId), order);
    }

    [Fact]
    public async Task A_waiting_caller_gets_the_message_that_comes()
    {
        var waiting = Queue.LeaseAsync(Token);
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);

        var lease = await waiting.WaitAsync(WaitLimit, Token);

        Assert.Equal(1, lease.Message.TaskId);
    }

    [Fact]
    public async Task A_caller_that_gives_up_takes_no_message_with_it()
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var waiting = Queue.LeaseAsync(giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Queue.LeaseAsync(giveUp.Token));

        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);

        Assert.Equal(1, (await LeaseAsync()).Message.TaskId);
    }

    [Fact]
    public async Task Of_many_workers_each_message_goes_to_one()
    {
        const int messages = 300;
        var seen = new System.Collections.Concurrent.ConcurrentBag<int>();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var workers = Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                while (true)
                {
                    var lease = await Queue.LeaseAsync(done.Token);
                    seen.Add(lease.Message.TaskId);
                    Assert.True(await lease.AcknowledgeAsync(Token));
                    if (seen.Count == messages)
                    {
                        await done.CancelAsync();
                    }
                }
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
            }
        }).ToList();
        await Task.WhenAll(Enumerable.Range(0, messages).Select(_ => Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token)));

        await Task.WhenAll(workers).WaitAsync(WaitLimit, Token);

        Assert.Equal(Enumerable.Range(1, messages), seen.Order());
        Assert.Equal(0, (await Queue.GetDepthAsync(Token)).Backlog);
    }

    [Fact]
    public async Task A_delayed_message_comes_after_its_delay_and_not_before()
    {
        // The first makes the queue, which may take a busy machine longer than the delay.
        var delay = TimeSpan.FromSeconds(2);
        await Queue.EnqueueAsync(NewMessage() with { Priority = 0 }, TimeSpan.Zero, Token);
        var started = TimeProvider.System.GetTimestamp();
        await Queue.EnqueueAsync(NewMessage() with { Priority = 9 }, delay, Token);

        var first = await LeaseAsync();
        var second = await LeaseAsync();

        Assert.Equal([1, 2], new[] { first.Message.TaskId, second.Message.TaskId });
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= delay - TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task Depth_tells_ready_delayed_leased_and_dead()
    {
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.FromHours(1), Token);
        Assert.Equal(new QueueDepth(3, 1, 0, 0), await DepthAsync());

        var kept = await LeaseAsync();
        var dead = await LeaseAsync();
        await dead.DeadLetterAsync("invalid_data: no", Token);

        Assert.Equal(new QueueDepth(1, 1, 1, 1), await DepthAsync());
        Assert.True(await kept.AcknowledgeAsync(Token));
        Assert.Equal(new QueueDepth(1, 1, 0, 1), await DepthAsync());
    }

    [Fact]
    public async Task Retry_puts_the_changed_message_back()
    {
        var original = NewMessage();
        await Queue.EnqueueAsync(original, TimeSpan.Zero, Token);
        var first = await LeaseAsync();
        var changed = first.Message with { Attempts = 1, Priority = 8, Data = Payload.FromJson("1") };

        Assert.True(await first.RetryAsync(changed, TimeSpan.FromMilliseconds(50), Token));

        var second = await LeaseAsync();
        Assert.Equal(changed, second.Message);
        Assert.True(await second.RetryAsync(second.Message with { Attempts = 2 }, TimeSpan.Zero, Token));
        Assert.Equal(changed with { Attempts = 2 }, (await LeaseAsync()).Message);
    }

    [Fact]
    public async Task Release_gives_the_message_back_at_once_and_counts_the_delivery()
    {
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);
        var first = await LeaseAsync();

        Assert.True(await first.ReleaseAsync(Token));

        var second = await LeaseAsync();
        Assert.Equal(first.Message, second.Message);
        Assert.Equal(2, second.Deliveries);
    }

    [Fact]
    public async Task A_lease_is_settled_once()
    {
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);
        var lease = await LeaseAsync();

        Assert.True(await lease.RenewAsync(Token));
        Assert.True(await lease.AcknowledgeAsync(Token));

        Assert.False(await lease.AcknowledgeAsync(Token));
        Assert.False(await lease.RenewAsync(Token));
        Assert.False(await lease.ReleaseAsync(Token));
        Assert.False(await lease.RetryAsync(lease.Message, TimeSpan.Zero, Token));
        Assert.False(await lease.DeadLetterAsync("x: y", Token));
        Assert.Equal(0, (await Queue.GetDepthAsync(Token)).Backlog);
    }

    [Fact]
    public async Task A_settlement_after_the_release_does_not_touch_the_next_holder()
    {
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);
        var first = await LeaseAsync();
        await first.ReleaseAsync(Token);
        var second = await LeaseAsync();

        Assert.False(await first.AcknowledgeAsync(Token));
        Assert.True(await second.RenewAsync(Token));
        Assert.True(await second.AcknowledgeAsync(Token));
    }

    [Fact]
    public async Task Dead_letters_are_listed_newest_first_with_their_reason_and_can_be_removed()
    {
        for (var i = 0; i < 3; i++)
        {
            await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);
            var lease = await LeaseAsync();
            await lease.DeadLetterAsync($"poison: number {i}", Token);
        }

        var letters = await Queue.ListDeadLettersAsync(2, Token);

        Assert.Equal(["poison: number 2", "poison: number 1"], letters.Select(letter => letter.Reason));
        Assert.Equal([3, 2], letters.Select(letter => letter.Message.TaskId));
        Assert.True(await Queue.RemoveDeadLetterAsync(letters[0].Message.JobId, Token));
        Assert.False(await Queue.RemoveDeadLetterAsync(letters[0].Message.JobId, Token));
        Assert.Equal(2, (await Queue.GetDepthAsync(Token)).Dead);
    }

    [Fact]
    public async Task A_job_has_one_dead_letter_the_latest()
    {
        var message = NewMessage();
        for (var i = 0; i < 2; i++)
        {
            await Queue.EnqueueAsync(message with { Attempts = i }, TimeSpan.Zero, Token);
            var lease = await LeaseAsync();
            await lease.DeadLetterAsync($"poison: number {i}", Token);
        }

        var letter = Assert.Single(await Queue.ListDeadLettersAsync(10, Token));

        Assert.Equal("poison: number 1", letter.Reason);
        Assert.Equal(1, letter.Message.Attempts);
        Assert.Equal(1, (await Queue.GetDepthAsync(Token)).Dead);
    }

    [Fact]
    public async Task A_large_message_goes_through_whole()
    {
        var bytes = new byte[1_000_000];
        new Random(1).NextBytes(bytes);
        await Queue.EnqueueAsync(NewMessage() with { Data = new Payload(Payload.Binary, bytes) }, TimeSpan.Zero, Token);

        var lease = await LeaseAsync();

        Assert.True(lease.Message.Data.Bytes.Span.SequenceEqual(bytes));
    }

    [Fact]
    public async Task Consumers_are_those_who_wait_or_hold_where_the_provider_can_tell()
    {
        await Queue.EnqueueAsync(NewMessage(), TimeSpan.Zero, Token);
        await LeaseAsync();
        var waiting = Queue.LeaseAsync(Token);

        Assert.Contains((await Queue.GetDepthAsync(Token)).Consumers, new long[] { 0, 2 });
        Assert.False(waiting.IsCompleted);
    }

    /// <summary>Not every provider can tell the consumers.</summary>
    private async Task<QueueDepth> DepthAsync() => (await Queue.GetDepthAsync(Token)) with { Consumers = 0 };
}
