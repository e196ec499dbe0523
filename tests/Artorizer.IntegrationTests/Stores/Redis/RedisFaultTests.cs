using System.Diagnostics;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;
using Artorizer.LocalServers;

namespace Artorizer.IntegrationTests.Stores.Redis;

/// <summary>Redis goes away, comes back, forgets scripts and runs full. Each test has a server of its own.</summary>
public sealed class RedisFaultTests : RedisTest, IAsyncLifetime
{
    private readonly RedisServer _server = new();

    public async ValueTask InitializeAsync() => await _server.StartAsync(Token);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_listener_outlasts_a_crash_of_the_server_and_misses_nothing()
    {
        var prefix = RedisStores.NewPrefix();
        await using var one = await OpenAsync(prefix);
        await using var other = await OpenAsync(prefix);
        var job = (await one.Jobs.CreateAsync(NewJob(), Token)).Job;
        await using var events = Listen(one.Events, job.Id);
        for (var i = 1; i <= 5; i++)
        {
            await other.Events.PublishAsync(Progress(job.Id), Token);
            Assert.Equal(i, (await NextAsync(events)).Sequence);
        }

        await _server.WrittenAsync(Token);
        for (var round = 1; round <= 2; round++)
        {
            var waiting = NextAsync(events);
            await _server.KillAsync();
            await _server.StartAsync(Token);

            // Published by one process, perhaps before the other has its subscription again; and twice, where an answer is lost.
            string[] steps = [$"first of {round}", $"second of {round}"];
            foreach (var step in steps)
            {
                await OnceUpAsync(() => other.Events.PublishAsync(
                    Progress(job.Id) with { Step = new JobStep { Name = step, Status = JobStep.Running } }, Token));
            }

            List<string> heard = [(await waiting).Step!.Name];
            while (heard[^1] != steps[1])
            {
                heard.Add((await NextAsync(events)).Step!.Name);
            }

            Assert.Equal(steps, heard.Where(steps.Contains).Distinct());
        }
    }

    [Fact]
    public async Task A_listener_hears_the_events_whose_numbers_were_given_to_lost_ones()
    {
        var prefix = RedisStores.NewPrefix();
        await using var stores = await OpenAsync(prefix);
        var job = (await stores.Jobs.CreateAsync(NewJob(), Token)).Job;
        await using var events = Listen(stores.Events, job.Id);
        for (var i = 1; i <= 5; i++)
        {
            var heard = NextAsync(events);
            await stores.Events.PublishAsync(Progress(job.Id), Token);
            Assert.Equal(i, (await heard).Sequence);
        }

        // As after a failover to a replica that had not got the last two: they are gone, and so are the connections.
        await _server.CommandAsync(["rpop", $"{prefix}:log:{job.Id}", "2"], Token);
        var waiting = NextAsync(events);
        await _server.CommandAsync(["client", "kill", "type", "pubsub"], Token);
        await _server.CommandAsync(["client", "kill", "type", "normal"], Token);
        await OnceUpAsync(() => stores.Jobs.CountAsync(Token));
        await stores.Events.PublishAsync(Progress(job.Id) with { At = DateTimeOffset.UnixEpoch.AddDays(1) }, Token);
        await stores.Events.PublishAsync(Progress(job.Id) with { At = DateTimeOffset.UnixEpoch.AddDays(2) }, Token);

        Assert.Equal((4L, DateTimeOffset.UnixEpoch.AddDays(1)), ((await waiting).Sequence, (await waiting).At));
        Assert.Equal((5L, DateTimeOffset.UnixEpoch.AddDays(2)), ((await NextAsync(events)).Sequence, events.Current.At));
    }

    [Fact]
    public async Task What_was_stored_is_there_after_a_crash_and_numbers_go_on()
    {
        await using var stores = await OpenAsync(RedisStores.NewPrefix());
        var job = (await stores.Jobs.CreateAsync(NewJob(JobStatus.Queued) with { IdempotencyKey = "k" }, Token)).Job;
        await _server.WrittenAsync(Token);

        await _server.KillAsync();
        await _server.StartAsync(Token);

        var found = await OnceUpAsync(() => stores.Jobs.GetAsync(job.Id, Token));
        Assert.Equal(job with { Steps = found!.Steps }, found);
        Assert.Equal(new JobCounts(1, 0, 0, 0), await stores.Jobs.CountAsync(Token));
        Assert.Equal(CreateJobOutcome.IdempotentReplay, (await stores.Jobs.CreateAsync(NewJob() with { IdempotencyKey = "k" }, Token)).Outcome);
        Assert.Equal(job.TaskId + 1, (await stores.Jobs.CreateAsync(NewJob(), Token)).Job.TaskId);
        Assert.Equal(2, (await stores.Events.PublishAsync(Progress(job.Id), Token)).Sequence);
        Assert.Single(await stores.Jobs.ListUnsentAsync(DateTimeOffset.UtcNow.AddMinutes(1), 10, Token));
    }

    [Fact]
    public async Task Scripts_that_the_server_has_forgotten_are_sent_again()
    {
        await using var stores = await OpenAsync(RedisStores.NewPrefix());
        await stores.Jobs.CreateAsync(NewJob(), Token);
        for (var round = 1; round <= 3; round++)
        {
            await _server.CommandAsync(["script", "flush"], Token);

            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => stores.Jobs.CreateAsync(NewJob(), Token)));

            Assert.Equal(1 + (20 * round), (await stores.Jobs.CountAsync(Token)).Processing);
        }
    }

    [Fact]
    public async Task A_server_that_is_down_is_told_at_once_and_found_again()
    {
        await using var stores = await OpenAsync(RedisStores.NewPrefix());
        var job = (await stores.Jobs.CreateAsync(NewJob(), Token)).Job;
        await _server.StopAsync();
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Jobs.CreateAsync(NewJob(), Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Jobs.GetAsync(job.Id, Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Jobs.TryReplaceAsync(job, Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Jobs.CountAsync(Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Jobs.ListAsync(new JobQuery(), Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Jobs.DeleteAsync(job.Id, Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Events.PublishAsync(Progress(job.Id), Token));
        await using (var events = Listen(stores.Events, job.Id))
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await events.MoveNextAsync());
        }

        // The message is in the queue; that the outbox does not know it yet is no reason to fail.
        await stores.Jobs.MarkSentAsync(job.Id, Token);

        Assert.True(watch.Elapsed < WaitLimit, $"took {watch.Elapsed}");
        await _server.StartAsync(Token);
        Assert.NotNull(await OnceUpAsync(() => stores.Jobs.GetAsync(job.Id, Token)));
    }

    [Fact]
    public async Task A_server_that_hangs_counts_as_down_when_the_time_is_up()
    {
        await using var stores = await OpenAsync(RedisStores.NewPrefix(), options => options.OperationTimeout = TimeSpan.FromMilliseconds(500));
        await OnceUpAsync(() => stores.Jobs.CountAsync(Token));
        await _server.CommandAsync(["client", "pause", "8000", "all"], Token);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Jobs.CountAsync(Token).WaitAsync(WaitLimit, Token));

        Assert.Equal(0, (await OnceUpAsync(() => stores.Jobs.CountAsync(Token))).Queued);
    }

    [Fact]
    public async Task A_server_that_takes_connections_and_never_answers_is_down_for_every_call_and_found_again()
    {
        await using var stores = await OpenAsync(RedisStores.NewPrefix(), options =>
        {
            options.OperationTimeout = TimeSpan.FromMilliseconds(500);
            options.KeepAlive = TimeSpan.FromSeconds(1);
        });
        var job = (await OnceUpAsync(() => stores.Jobs.CreateAsync(NewJob(), Token))).Job;

        // Not disposed when the test fails: a listener that waits cannot be, and the stores' own end ends it.
        var listener = Listen(stores.Events, job.Id);
        await stores.Events.PublishAsync(Progress(job.Id), Token);
        Assert.Equal(1, (await NextAsync(listener)).Sequence);
        var waiting = NextAsync(listener);
        Func<Task>[] calls =
        [
            () => stores.Jobs.CreateAsync(NewJob(), Token),
            () => stores.Jobs.GetAsync(job.Id, Token),
            () => stores.Jobs.ListAsync(new JobQuery(), Token),
            () => stores.Jobs.TryReplaceAsync(job, Token),
            () => stores.Events.PublishAsync(Progress(job.Id), Token),
            () => FirstAsync(stores.Events.SubscribeAsync(NewJob().Id, 0, Token)),
            () => FirstAsync(stores.Events.SubscribeAllAsync(Token)),
        ];

        // At first the connection seems to be there; later the client gives it up, and fails to open another.
        _server.Suspend();
        for (var hanging = Stopwatch.StartNew(); hanging.Elapsed < TimeSpan.FromSeconds(15);)
        {
            await Task.WhenAll(
                calls.Select(call => Assert.ThrowsAsync<StoreUnavailableException>(() => Task.Run(call, Token).WaitAsync(WaitLimit, Token))));
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(Token);
            gone.CancelAfter(TimeSpan.FromMilliseconds(100));
            var given = await Assert.ThrowsAnyAsync<Exception>(() => stores.Jobs.CountAsync(gone.Token));
            Assert.True(given is StoreUnavailableException || gone.IsCancellationRequested, $"{given}");
        }

        Assert.False(waiting.IsCompleted);
        _server.Resume();
        await OnceUpAsync(() => stores.Events.PublishAsync(Progress(job.Id), Token));
        Assert.True((await waiting).Sequence > 1);
        await listener.DisposeAsync();

        static async Task FirstAsync(IAsyncEnumerable<JobEvent> events)
        {
            await foreach (var jobEvent in events)
            {
                Assert.Fail($"Heard {jobEvent}.");
            }
        }
    }

    [Fact]
    public async Task A_process_that_starts_before_the_server_finds_it_later()
    {
        await _server.StopAsync();
        await using var stores = await OpenAsync(RedisStores.NewPrefix());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Jobs.CountAsync(Token));

        await _server.StartAsync(Token);

        Assert.Equal(0, (await OnceUpAsync(() => stores.Jobs.CountAsync(Token))).Queued);
    }

    [Fact]
    public async Task A_full_memory_refuses_new_jobs_and_lets_the_others_be_finished_and_deleted()
    {
        await using var stores = await OpenAsync(RedisStores.NewPrefix());
        var job = (await stores.Jobs.CreateAsync(NewJob(), Token)).Job;
        var old = (await stores.Jobs.CreateAsync(NewJob(), Token)).Job;
        await _server.CommandAsync(["config", "set", "maxmemory", "1"], Token);

        await Assert.ThrowsAsync<StorageFullException>(() => stores.Jobs.CreateAsync(NewJob(JobStatus.Queued), Token));
        await Assert.ThrowsAsync<StorageFullException>(() => stores.Jobs.RestoreAsync(NewJob() with { TaskId = 9 }, Token));
        var done = await stores.Jobs.TryReplaceAsync(
            job with { Status = JobStatus.Completed, Result = Payload.FromJson("1"), CompletedAt = job.SubmittedAt }, Token);
        Assert.Equal(1, (await stores.Events.PublishAsync(Progress(job.Id, JobEventTypes.Completed), Token)).Sequence);
        Assert.NotNull(await stores.Jobs.DeleteAsync(old.Id, Token));

        await _server.CommandAsync(["config", "set", "maxmemory", "0"], Token);
        Assert.Equal(done!.Result, (await stores.Jobs.GetAsync(job.Id, Token))!.Result);
        Assert.Equal(new JobCounts(0, 0, 1, 0), await stores.Jobs.CountAsync(Token));
        Assert.Null(await stores.Jobs.RestoreAsync(old, Token));
    }

    private Task<RedisStores> OpenAsync(string prefix, Action<Artorizer.Infrastructure.Redis.RedisStoreOptions>? configure = null) =>
        RedisStores.OpenAsync(_server.ConnectionString, options =>
        {
            options.KeyPrefix = prefix;
            options.PollInterval = TimeSpan.FromMilliseconds(300);
            configure?.Invoke(options);
        });
}
