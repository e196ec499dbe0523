using System.Diagnostics;
using Artorizer.Jobs;
using Artorizer.Jobs.Queue;
using Artorizer.LocalServers;

namespace Artorizer.IntegrationTests.Stores.RabbitMq;

/// <summary>A broker that goes away and comes back, or takes no messages, under a client that stays.</summary>
public sealed class RabbitMqOutageTests : RabbitMqTest
{
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(2);

    [Fact]
    public Task Nothing_is_lost_when_the_broker_crashes_and_all_goes_on_by_itself() => AssertNothingIsLostAsync(server => server.KillAsync());

    [Fact]
    [Trait("Length", "long")]
    public Task Nothing_is_lost_when_the_broker_restarts_and_all_goes_on_by_itself() => AssertNothingIsLostAsync(server => server.StopAsync());

    [Fact]
    [Trait("Length", "long")]
    public async Task A_broker_that_is_short_of_memory_takes_nothing_but_still_gives()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, "rabbitmq-server is not installed.");
        await using var server = new RabbitMqServer();
        await server.StartAsync(Token);
        await using var queue = RabbitMqFixture.Open(server, "blocked", options =>
        {
            options.ConfirmTimeout = ConfirmTimeout;

            // One at a time, or the next message would overtake the one that was given back while that is being counted.
            options.Prefetch = 1;
        });
        await SendFirstAsync(queue, NewMessage());
        await EnqueueAsync(queue, NewMessage());
        await EnqueueAsync(queue, NewMessage());

        await server.ControlAsync(Token, "set_vm_memory_high_watermark", "0.00001");

        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => EnqueueAsync(queue, NewMessage()));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => EnqueueAsync(queue, NewMessage()));
        Assert.True(clock.Elapsed < WaitLimit, $"It took {clock.Elapsed} to say that the broker is blocked.");
        Assert.True((await queue.GetDepthAsync(Token)).Ready >= 3);
        var first = await LeaseAsync(queue);
        Assert.True(await first.AcknowledgeAsync(Token));
        var second = await LeaseAsync(queue);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => second.RetryAsync(second.Message, TimeSpan.FromSeconds(1), Token));

        // What could not be moved is still held, and can be given back.
        Assert.True(await second.RenewAsync(Token));
        Assert.True(await second.ReleaseAsync(Token));
        var again = await LeaseAsync(queue);
        Assert.Equal(second.Message, again.Message);
        Assert.True(again.Deliveries >= 2);

        await server.ControlAsync(Token, "set_vm_memory_high_watermark", "0.8");

        await SendFirstAsync(queue, NewMessage());
        Assert.True(await again.AcknowledgeAsync(Token));
    }

    private async Task AssertNothingIsLostAsync(Func<RabbitMqServer, Task> end)
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, "rabbitmq-server is not installed.");
        await using var server = new RabbitMqServer();
        await server.StartAsync(Token);
        await using var queue = RabbitMqFixture.Open(server, "outage", options => options.ConfirmTimeout = ConfirmTimeout);
        var dead = NewMessage();
        await SendFirstAsync(queue, dead);
        await (await LeaseAsync(queue)).DeadLetterAsync("poison: no", Token);
        var leased = NewMessage();
        await EnqueueAsync(queue, leased);
        var lost = await LeaseAsync(queue);
        var later = NewMessage();
        await queue.EnqueueAsync(later, TimeSpan.FromHours(1), Token);
        var soon = NewMessage();
        await queue.EnqueueAsync(soon, TimeSpan.FromSeconds(8.192), Token);
        var ready = Enumerable.Range(0, 20).Select(_ => NewMessage()).ToList();
        await Task.WhenAll(ready.Select(message => EnqueueAsync(queue, message)));

        await end(server);

        var waiting = queue.LeaseAsync(Token);
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => EnqueueAsync(queue, NewMessage()));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.GetDepthAsync(Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.ListDeadLettersAsync(10, Token));
        Assert.True(clock.Elapsed < WaitLimit, $"It took {clock.Elapsed} to say that the broker is away.");
        Assert.False(await lost.RenewAsync(Token));
        Assert.False(await lost.AcknowledgeAsync(Token));
        Assert.False(waiting.IsCompleted);

        await server.StartAsync(Token);

        var expected = ready.Select(message => message.TaskId).Append(leased.TaskId).Append(soon.TaskId).ToHashSet();
        var deliveries = new Dictionary<int, int>();
        while (expected.Count > 0)
        {
            var lease = await waiting.WaitAsync(WaitLimit, Token);
            deliveries[lease.Message.TaskId] = lease.Deliveries;
            Assert.True(await lease.AcknowledgeAsync(Token));
            Assert.True(expected.Remove(lease.Message.TaskId), $"Message {lease.Message.TaskId} came twice, or too early.");
            waiting = queue.LeaseAsync(Token);
        }

        Assert.True(deliveries[leased.TaskId] >= 2);
        Assert.Equal(dead.JobId, Assert.Single(await WhenBackAsync(() => queue.ListDeadLettersAsync(10, Token))).Message.JobId);
        Assert.Equal(new QueueDepth(0, 1, 0, 1), (await WhenBackAsync(() => queue.GetDepthAsync(Token))) with { Consumers = 0 });
        var after = NewMessage();
        await SendFirstAsync(queue, after);
        Assert.Equal(after, (await waiting.WaitAsync(WaitLimit, Token)).Message);
    }

    [Fact]
    public async Task A_broker_that_takes_connections_and_never_answers_is_away_for_every_call_and_found_again()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, "rabbitmq-server is not installed.");
        await using var server = new RabbitMqServer();
        await server.StartAsync(Token);
        await using var queue = RabbitMqFixture.Open(server, "hanging", options => options.ConfirmTimeout = ConfirmTimeout);
        var held = NewMessage();
        await SendFirstAsync(queue, held);
        var lease = await LeaseAsync(queue);
        Assert.Empty(await WhenBackAsync(() => queue.ListDeadLettersAsync(10, Token)));
        await WhenBackAsync(() => queue.GetDepthAsync(Token));
        var waiting = queue.LeaseAsync(Token);
        Func<Task>[] calls =
        [
            () => EnqueueAsync(queue, NewMessage()),
            () => queue.GetDepthAsync(Token),
            () => queue.ListDeadLettersAsync(10, Token),
            () => queue.RemoveDeadLetterAsync("j", Token),
            () => lease.RetryAsync(lease.Message, TimeSpan.FromSeconds(1), Token),
        ];

        // Twice: over the connections that seem to be there, and when none can be opened.
        server.Suspend();
        for (var round = 0; round < 2; round++)
        {
            await Task.WhenAll(calls[..(round == 0 ? 5 : 4)].Select(call =>
                Assert.ThrowsAsync<StoreUnavailableException>(() => Task.Run(call, Token).WaitAsync(2 * WaitLimit, Token))));
        }

        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Token);
        gone.CancelAfter(TimeSpan.FromMilliseconds(100));
        var given = await Assert.ThrowsAnyAsync<Exception>(() => queue.GetDepthAsync(gone.Token));
        Assert.True(given is StoreUnavailableException || gone.IsCancellationRequested, $"{given}");

        // Who waits goes on waiting. It may have been given the first message once more, where sending that took two tries.
        Assert.False(waiting.IsFaulted || waiting.IsCanceled);
        server.Resume();

        var after = NewMessage();
        await SendFirstAsync(queue, after);
        while ((await waiting.WaitAsync(2 * WaitLimit, Token)).Message.JobId != after.JobId)
        {
            await (await waiting).AcknowledgeAsync(Token);
            waiting = queue.LeaseAsync(Token);
        }
    }

    // With the short time limit of these tests: making the queues on a new broker, or connecting to one that is back, may take longer.
    private static Task<bool> SendFirstAsync(IJobQueue queue, QueueMessage message) => WhenBackAsync(async () =>
    {
        await EnqueueAsync(queue, message);
        return true;
    });
}
