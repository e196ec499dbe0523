using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Queue;

namespace Artorizer.UnitTests.Embedded;

/// <summary>Leases and delays against a clock that the test moves.</summary>
public sealed class LeaseClockTests
{
    private readonly ManualTimeProvider _time = new();

    /// <summary>Longest that anything awaited may take before the test fails instead of hanging.</summary>
    private static TimeSpan Timeout => TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lease_ends_when_its_time_is_over_and_not_before()
    {
        await using var open = await OpenStores.CreateAsync(_time);
        var queue = open.Stores.Queue;
        await queue.EnqueueAsync(OpenStores.NewMessage(1), TimeSpan.Zero, Token);
        var first = await LeaseAsync(queue);
        var waiting = queue.LeaseAsync(Token);

        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal(1, (await queue.GetDepthAsync(Token)).Leased);
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        var second = await waiting.WaitAsync(Timeout, Token);
        Assert.Equal(2, second.Deliveries);
        Assert.False(await first.RenewAsync(Token));
        Assert.False(await first.AcknowledgeAsync(Token));
        Assert.True(await second.AcknowledgeAsync(Token));
    }

    [Fact]
    public async Task What_came_due_while_all_stood_still_is_leased_without_waiting_for_a_timer()
    {
        await using var open = await OpenStores.CreateAsync(_time);
        await open.Stores.Queue.EnqueueAsync(OpenStores.NewMessage(1), TimeSpan.FromSeconds(6), Token);
        await open.CloseAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        await open.ReopenAsync();

        Assert.Equal(1, (await LeaseAsync(open.Stores.Queue)).Deliveries);
    }

    [Fact]
    public async Task Each_renewal_gives_the_full_time()
    {
        await using var open = await OpenStores.CreateAsync(_time);
        var queue = open.Stores.Queue;
        await queue.EnqueueAsync(OpenStores.NewMessage(1), TimeSpan.Zero, Token);
        await queue.EnqueueAsync(OpenStores.NewMessage(2), TimeSpan.Zero, Token);
        var renewed = await LeaseAsync(queue);
        var neglected = await LeaseAsync(queue);

        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            Assert.True(await renewed.RenewAsync(Token));
        }

        Assert.False(await neglected.RenewAsync(Token));
        Assert.True(await renewed.AcknowledgeAsync(Token));
    }

    [Fact]
    public async Task A_delay_outlasts_a_restart()
    {
        await using var open = await OpenStores.CreateAsync(_time);
        await open.Stores.Queue.EnqueueAsync(OpenStores.NewMessage(1), TimeSpan.FromHours(30), Token);
        await open.ReopenAsync();
        var waiting = open.Stores.Queue.LeaseAsync(Token);

        _time.Advance(TimeSpan.FromHours(29.99));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromHours(0.02));

        Assert.Equal(1, (await waiting.WaitAsync(Timeout, Token)).Message.TaskId);
    }

    [Fact]
    public async Task Leases_of_an_earlier_run_are_void_at_once_but_their_deliveries_count()
    {
        await using var open = await OpenStores.CreateAsync(_time);
        await open.Stores.Queue.EnqueueAsync(OpenStores.NewMessage(1), TimeSpan.Zero, Token);
        await LeaseAsync(open.Stores.Queue);

        await open.ReopenAsync();

        Assert.Equal(2, (await LeaseAsync(open.Stores.Queue)).Deliveries);
    }

    [Fact]
    public async Task A_delivery_that_nobody_was_there_for_does_not_count()
    {
        await using var open = await OpenStores.CreateAsync(_time);
        var queue = open.Stores.Queue;
        for (var i = 0; i < 50; i++)
        {
            using var giveUp = new CancellationTokenSource();
            var waiting = queue.LeaseAsync(giveUp.Token);
            var adding = queue.EnqueueAsync(OpenStores.NewMessage(i), TimeSpan.Zero, Token);
            await giveUp.CancelAsync();
            await adding;
            var lease = waiting.IsCompletedSuccessfully ? await waiting : await LeaseAsync(queue);
            Assert.Equal(1, lease.Deliveries);
            Assert.True(await lease.AcknowledgeAsync(Token));
        }
    }

    [Fact]
    public async Task Whoever_holds_the_message_of_a_deleted_job_has_lost_it()
    {
        await using var open = await OpenStores.CreateAsync(_time);
        var stores = open.Stores;
        var submitted = await stores.Submission.SubmitAsync(OpenStores.NewJob(), QueueMessage.For, TimeSpan.Zero, Token);
        var lease = await LeaseAsync(stores.Queue);

        await stores.Jobs.DeleteAsync(submitted.Job.Id, Token);

        Assert.False(await lease.RenewAsync(Token));
        Assert.False(await lease.AcknowledgeAsync(Token));
        Assert.Equal(0, (await stores.Queue.GetDepthAsync(Token)).Backlog);
    }

    [Fact]
    public async Task A_message_keeps_its_data_when_those_of_the_job_change()
    {
        await using var open = await OpenStores.CreateAsync(_time);
        var stores = open.Stores;
        var submitted = await stores.Submission.SubmitAsync(OpenStores.NewJob(), QueueMessage.For, TimeSpan.Zero, Token);
        await stores.Jobs.TryReplaceAsync(submitted.Job with { Data = Payload.FromJson("\"other\"") }, Token);

        var lease = await LeaseAsync(stores.Queue);

        Assert.Equal(submitted.Job.Data, lease.Message.Data);
        await lease.DeadLetterAsync("poison: x", Token);
        Assert.Equal(submitted.Job.Data, Assert.Single(await stores.Queue.ListDeadLettersAsync(1, Token)).Message.Data);
    }

    private static Task<IJobLease> LeaseAsync(IJobQueue queue) => queue.LeaseAsync(Token).WaitAsync(Timeout, Token);
}
