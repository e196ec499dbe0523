using System.Collections.Concurrent;
using System.Diagnostics;
using Artorizer.Infrastructure.RabbitMq;
using Artorizer.Jobs.Queue;

namespace Artorizer.IntegrationTests.Stores.RabbitMq;

/// <summary>Who gets which message, when and how often, between several clients of one broker.</summary>
[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqDeliveryTests(RabbitMqFixture fixture) : RabbitMqTest
{
    [Fact]
    public async Task Nobody_holds_a_message_for_which_no_caller_waits()
    {
        var prefix = RabbitMqFixture.NewPrefix();
        await using var one = fixture.Open(prefix);
        await using var other = fixture.Open(prefix);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var abandoned = one.LeaseAsync(giveUp.Token);
        var waiting = one.LeaseAsync(Token);
        await Eventually.TrueAsync(async () => (await other.GetDepthAsync(Token)).Consumers == 2);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        for (var i = 0; i < 3; i++)
        {
            await EnqueueAsync(one, NewMessage());
        }

        var leases = new[] { await waiting.WaitAsync(WaitLimit, Token), await LeaseAsync(other), await LeaseAsync(other) };

        Assert.Equal([1, 2, 3], leases.Select(lease => lease.Message.TaskId).Order());
    }

    [Fact]
    public async Task No_more_is_leased_at_once_than_configured()
    {
        await using var queue = fixture.Open(RabbitMqFixture.NewPrefix(), options => options.Prefetch = 2);
        for (var i = 0; i < 3; i++)
        {
            await EnqueueAsync(queue, NewMessage());
        }

        var first = await LeaseAsync(queue);
        await LeaseAsync(queue);
        var third = queue.LeaseAsync(Token);
        Assert.Equal(1, (await queue.GetDepthAsync(Token)).Ready);
        Assert.False(third.IsCompleted);

        await first.AcknowledgeAsync(Token);

        Assert.Equal(3, (await third.WaitAsync(WaitLimit, Token)).Message.TaskId);
    }

    [Fact]
    public async Task Who_only_sends_and_looks_opens_no_consumer()
    {
        var prefix = RabbitMqFixture.NewPrefix();
        await using var queue = fixture.Open(prefix);
        await EnqueueAsync(queue, NewMessage());

        Assert.Equal(new QueueDepth(1, 0, 0, 0), await MessagesAsync(queue));
        var connections = await fixture.Server.ControlAsync(Token, "list_connections", "client_properties");
        Assert.Contains($"\"{prefix} send\"", connections, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{prefix} receive\"", connections, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RabbitMqQueueType.Classic)]
    [InlineData(RabbitMqQueueType.Quorum)]
    public async Task A_worker_that_loses_its_connection_loses_its_messages_and_each_delivery_counts(RabbitMqQueueType type)
    {
        var prefix = RabbitMqFixture.NewPrefix();
        await using var queue = fixture.Open(prefix, options => options.QueueType = type);
        var message = NewMessage();
        await EnqueueAsync(queue, message);
        for (var deliveries = 1; deliveries <= 3; deliveries++)
        {
            var lease = await LeaseAsync(queue);
            Assert.Equal(deliveries, lease.Deliveries);
            Assert.Equal(message, lease.Message);
            Assert.True(await lease.RenewAsync(Token));

            await RabbitMqFixture.CutAsync(fixture.Server, Token);

            await Eventually.TrueAsync(async () => !await lease.RenewAsync(Token));
            Assert.False(await lease.AcknowledgeAsync(Token));
            Assert.False(await lease.ReleaseAsync(Token));
        }

        var last = await LeaseAsync(queue);
        Assert.Equal(4, last.Deliveries);
        Assert.True(await last.AcknowledgeAsync(Token));
        Assert.Equal(0, (await queue.GetDepthAsync(Token)).Backlog);
    }

    [Fact]
    public async Task Released_messages_keep_their_priority()
    {
        await using var queue = fixture.Open(RabbitMqFixture.NewPrefix());
        await EnqueueAsync(queue, NewMessage(priority: 9));
        var lease = await LeaseAsync(queue);
        await EnqueueAsync(queue, NewMessage(priority: 8));
        Assert.True(await lease.ReleaseAsync(Token));

        Assert.Equal(1, (await LeaseAsync(queue)).Message.TaskId);
    }

    [Fact]
    public async Task Delays_of_all_lengths_pass_without_waiting_for_each_other()
    {
        await using var queue = fixture.Open(RabbitMqFixture.NewPrefix());
        var clock = Stopwatch.StartNew();
        var due = new ConcurrentDictionary<int, TimeSpan>();
        var delays = new[] { 86_400_000, 3_600_000, 2000, 1000, 1500, 700, 300, 1, 17, 2500, 33, 900 };
        foreach (var milliseconds in delays)
        {
            var message = NewMessage(priority: 3);
            var delay = TimeSpan.FromMilliseconds(milliseconds);
            due[message.TaskId] = clock.Elapsed + delay;
            await queue.EnqueueAsync(message, delay, Token);
        }

        var seen = new List<int>();
        for (var i = 0; i < delays.Length - 2; i++)
        {
            var lease = await LeaseAsync(queue);
            Assert.True(clock.Elapsed >= due[lease.Message.TaskId] - TimeSpan.FromMilliseconds(20), "It came too early.");
            Assert.Equal(3, lease.Message.Priority);
            Assert.Equal(1, lease.Deliveries);
            await lease.AcknowledgeAsync(Token);
            seen.Add(lease.Message.TaskId);
        }

        Assert.Equal(Enumerable.Range(3, delays.Length - 2), seen.Order());
        Assert.Equal(new QueueDepth(0, 2, 0, 0), await MessagesAsync(queue));
    }

    [Fact]
    public async Task Thousands_at_once_are_all_confirmed_and_each_delivered_once()
    {
        var count = TestLength.Of(2_000, 10_000);
        await using var queue = fixture.Open(RabbitMqFixture.NewPrefix(), options => options.ConfirmTimeout = TimeSpan.FromMinutes(2));
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => EnqueueAsync(queue, NewMessage()), Token)));
        Assert.Equal(count, (await queue.GetDepthAsync(Token)).Ready);

        var seen = new ConcurrentBag<int>();
        var left = count;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var lease = await LeaseAsync(queue);
                seen.Add(lease.Message.TaskId);
                Assert.Equal(1, lease.Deliveries);
                Assert.True(await lease.AcknowledgeAsync(Token));
            }
        }));

        Assert.Equal(Enumerable.Range(1, count), seen.Order());
        Assert.Equal(new QueueDepth(0, 0, 0, 0), await MessagesAsync(queue));
    }

    [Fact]
    public async Task Dead_letters_stand_up_to_readers_in_several_processes()
    {
        var prefix = RabbitMqFixture.NewPrefix();
        await using var one = fixture.Open(prefix);
        await using var other = fixture.Open(prefix);
        var messages = Enumerable.Range(0, 40).Select(_ => NewMessage()).ToList();
        foreach (var message in messages)
        {
            await EnqueueAsync(one, message);
            await (await LeaseAsync(one)).DeadLetterAsync("poison: no", Token);
        }

        // Each half is removed by one, while the other looks.
        var removals = messages.Take(20).Select((message, i) => (i % 2 == 0 ? one : other).RemoveDeadLetterAsync(message.JobId, Token));
        var listings = Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? one : other).ListDeadLettersAsync(1000, Token)).ToList();
        Assert.All(await Task.WhenAll(removals), Assert.True);
        foreach (var listing in await Task.WhenAll(listings))
        {
            // Whatever was removed meanwhile, what stays is in each.
            Assert.Superset(
                messages.Skip(20).Select(message => message.TaskId).ToHashSet(), listing.Select(letter => letter.Message.TaskId).ToHashSet());
        }

        var left = await other.ListDeadLettersAsync(1000, Token);
        Assert.Equal(messages.Skip(20).Select(message => message.TaskId).Reverse(), left.Select(letter => letter.Message.TaskId));
    }

    // How many listen is the broker's word, which comes a moment after a listener has gone.
    private static async Task<QueueDepth> MessagesAsync(RabbitMqJobQueue queue) => (await queue.GetDepthAsync(Token)) with { Consumers = 0 };
}
