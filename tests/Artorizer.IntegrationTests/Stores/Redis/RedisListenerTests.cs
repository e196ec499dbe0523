using System.Text;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Events;

namespace Artorizer.IntegrationTests.Stores.Redis;

/// <summary>Listeners of one process, events of another.</summary>
public sealed class RedisListenerTests(RedisFixture redis) : RedisTest
{
    private readonly string _prefix = RedisStores.NewPrefix();

    [Fact]
    public async Task A_listener_hears_what_another_process_publishes()
    {
        await using var router = await OpenAsync();
        await using var worker = await OpenAsync();
        var job = (await router.Jobs.CreateAsync(NewJob(JobStatus.Queued), Token)).Job;
        await using var events = Listen(router.Events, job.Id);
        await using var all = router.Events.SubscribeAllAsync(Token).GetAsyncEnumerator(Token);
        Assert.Equal(JobEventTypes.Queued, (await NextAsync(events)).Type);
        var waiting = NextAsync(all);

        for (var i = 2; i <= 200; i++)
        {
            await worker.Events.PublishAsync(Progress(job.Id), Token);
        }

        Assert.Equal(2, (await waiting).Sequence);
        for (var i = 2; i <= 200; i++)
        {
            Assert.Equal(i, (await NextAsync(events)).Sequence);
        }

        for (var i = 3; i <= 200; i++)
        {
            Assert.Equal((job.Id, (long)i), ((await NextAsync(all)).JobId, all.Current.Sequence));
        }
    }

    [Fact]
    public async Task The_end_of_a_job_that_is_gone_is_heard_by_every_process()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        var job = (await one.Jobs.CreateAsync(NewJob(), Token)).Job;
        await one.Events.PublishAsync(Progress(job.Id), Token);
        await using var here = Listen(one.Events, job.Id);
        await using var there = Listen(other.Events, job.Id);
        Assert.Equal(1, (await NextAsync(here)).Sequence);
        Assert.Equal(1, (await NextAsync(there)).Sequence);
        var (heardHere, heardThere) = (NextAsync(here), NextAsync(there));

        await one.Jobs.DeleteAsync(job.Id, Token);
        var published = await other.Events.PublishAsync(Progress(job.Id, JobEventTypes.Deleted), Token);

        Assert.Equal(2, published.Sequence);
        Assert.Equal((2L, JobEventTypes.Deleted), ((await heardHere).Sequence, (await heardHere).Type));
        Assert.Equal((2L, JobEventTypes.Deleted), ((await heardThere).Sequence, (await heardThere).Type));
    }

    [Fact]
    public async Task A_message_that_was_lost_on_its_way_is_read_from_the_store()
    {
        var server = await redis.ServerAsync();
        await using var stores = await OpenAsync();
        var job = (await stores.Jobs.CreateAsync(NewJob(), Token)).Job;
        await using var events = Listen(stores.Events, job.Id);
        var waiting = NextAsync(events);

        // Stored as the script does it, but told to nobody.
        await server.CommandAsync(["rpush", $"{_prefix}:log:{job.Id}", Encoding.UTF8.GetString(StoredEvent.Write(Progress(job.Id)))], Token);

        Assert.Equal((1L, JobEventTypes.Progress), ((await waiting).Sequence, (await waiting).Type));
        Assert.Equal(2, (await stores.Events.PublishAsync(Progress(job.Id), Token)).Sequence);
        Assert.Equal(2, (await NextAsync(events)).Sequence);
    }

    [Fact]
    public async Task Listeners_of_a_job_share_a_subscription_that_ends_with_the_last()
    {
        await using var stores = await OpenAsync();
        var job = (await stores.Jobs.CreateAsync(NewJob(JobStatus.Queued), Token)).Job;
        var listeners = Enumerable.Range(0, 50).Select(_ => Listen(stores.Events, job.Id)).ToList();
        foreach (var listener in listeners)
        {
            Assert.Equal(1, (await NextAsync(listener)).Sequence);
        }

        Assert.Equal(1, stores.Events.TopicCount);
        Assert.Equal(1, await SubscribersAsync(job.Id));

        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }

        Assert.Equal(0, stores.Events.TopicCount);
        await UntilAsync(async () => await SubscribersAsync(job.Id) == 0);

        await using var again = Listen(stores.Events, job.Id, after: 1);
        var waiting = NextAsync(again);
        await stores.Events.PublishAsync(Progress(job.Id), Token);
        Assert.Equal(2, (await waiting).Sequence);
    }

    [Fact]
    public async Task The_subscription_to_all_ends_with_its_last_listener_and_can_be_had_again()
    {
        await using var stores = await OpenAsync();
        var job = (await stores.Jobs.CreateAsync(NewJob(), Token)).Job;
        for (var round = 1; round <= 3; round++)
        {
            await using (var all = stores.Events.SubscribeAllAsync(Token).GetAsyncEnumerator(Token))
            {
                var waiting = NextAsync(all);
                await stores.Events.PublishAsync(Progress(job.Id), Token);
                Assert.Equal(round, (await waiting).Sequence);
            }

            await UntilAsync(async () => await SubscribersAsync(null) == 0);
        }
    }

    [Fact]
    public async Task Closing_the_stores_ends_every_listener()
    {
        var stores = await OpenAsync();
        var job = (await stores.Jobs.CreateAsync(NewJob(), Token)).Job;
        await using var events = Listen(stores.Events, job.Id);
        await using var all = stores.Events.SubscribeAllAsync(Token).GetAsyncEnumerator(Token);
        var (one, every) = (events.MoveNextAsync().AsTask(), all.MoveNextAsync().AsTask());

        await stores.DisposeAsync();

        Assert.False(await one.WaitAsync(WaitLimit, Token));
        Assert.False(await every.WaitAsync(WaitLimit, Token));
    }

    private async Task<int> SubscribersAsync(string? jobId)
    {
        var channel = jobId is null ? $"{_prefix}:events" : $"{_prefix}:events:{jobId}";
        var answer = await (await redis.ServerAsync()).CommandAsync(["pubsub", "numsub", channel], Token);
        return int.Parse(answer.Split('\n')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<RedisStores> OpenAsync() =>
        await RedisStores.OpenAsync((await redis.ServerAsync()).ConnectionString, options =>
        {
            options.KeyPrefix = _prefix;
            options.PollInterval = TimeSpan.FromMilliseconds(300);
        });
}
