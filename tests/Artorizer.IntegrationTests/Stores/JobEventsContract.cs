using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Events;

namespace Artorizer.IntegrationTests.Stores;

/// <summary>What every <see cref="IJobEvents"/> does.</summary>
public abstract class JobEventsContract : StoreContract
{
    private IJobEvents Events => Stores.Events!;

    [Fact]
    public async Task An_event_is_numbered_and_reads_back_equal_in_every_field()
    {
        var jobId = await AddJobAsync();
        var at = new DateTimeOffset(2026, 3, 1, 12, 0, 0, 5, TimeSpan.Zero);
        var first = new JobEvent
        {
            JobId = jobId,
            Type = JobEventTypes.Progress,
            At = at,
            Status = JobStatus.Processing,
            Progress = new JobProgress { CurrentStep = "decode", StepNumber = 1, TotalSteps = 4, Percentage = 25, UpdatedAt = at },
            Step = new JobStep { Name = "decode", Status = JobStep.Running, StartedAt = at, DurationMs = 0.5 },
            Error = new JobError("storage_unavailable", "Try again."),
        };

        var published = await Events.PublishAsync(first, Token);

        Assert.Equal(first with { Sequence = 1 }, published);
        Assert.Equal([published], await TakeAsync(Events.SubscribeAsync(jobId, 0, Token), 1));
    }

    [Fact]
    public async Task Numbers_have_no_gaps_under_concurrency_and_are_each_jobs_own()
    {
        var one = await AddJobAsync();
        var other = await AddJobAsync();

        var published = await Task.WhenAll(Enumerable.Range(0, 100).SelectMany(_ => new[] { PublishAsync(one), PublishAsync(other) }));

        foreach (var jobId in new[] { one, other })
        {
            Assert.Equal(
                Enumerable.Range(1, 100).Select(i => (long)i),
                published.Where(jobEvent => jobEvent.JobId == jobId).Select(jobEvent => jobEvent.Sequence).Order());
        }
    }

    [Fact]
    public async Task A_subscription_replays_what_was_and_goes_on_with_what_comes()
    {
        var jobId = await AddJobAsync();
        await PublishAsync(jobId);
        await PublishAsync(jobId);
        await using var events = Events.SubscribeAsync(jobId, 1, Token).GetAsyncEnumerator(Token);

        Assert.Equal(2, (await NextAsync(events)).Sequence);
        var waiting = events.MoveNextAsync();
        await PublishAsync(jobId);
        await PublishAsync(jobId);

        Assert.True(await waiting.AsTask().WaitAsync(WaitLimit, Token));
        Assert.Equal(3, events.Current.Sequence);
        Assert.Equal(4, (await NextAsync(events)).Sequence);
    }

    [Fact]
    public async Task A_listener_that_joins_in_the_middle_of_a_storm_misses_and_repeats_nothing()
    {
        const int count = 400;
        var jobId = await AddJobAsync();
        var storm = Task.Run(
            async () =>
            {
                for (var i = 0; i < count / 4; i++)
                {
                    await Task.WhenAll(PublishAsync(jobId), PublishAsync(jobId), PublishAsync(jobId), PublishAsync(jobId));
                }
            },
            Token);
        var listeners = Enumerable.Range(0, 6).Select(async i =>
        {
            await Task.Delay(i * 7, Token);
            return await TakeAsync(Events.SubscribeAsync(jobId, 0, Token), count);
        }).ToList();

        await storm;

        foreach (var listener in listeners)
        {
            var events = await listener;
            Assert.Equal(Enumerable.Range(1, count).Select(i => (long)i), events.Select(jobEvent => jobEvent.Sequence));
        }
    }

    [Fact]
    public async Task A_slow_listener_gets_everything_all_the_same()
    {
        const int count = 1000;
        var jobId = await AddJobAsync();
        await using var events = Events.SubscribeAsync(jobId, 0, Token).GetAsyncEnumerator(Token);
        await PublishAsync(jobId);
        Assert.Equal(1, (await NextAsync(events)).Sequence);
        await Task.WhenAll(Enumerable.Range(1, count).Select(_ => PublishAsync(jobId)));

        for (var i = 2; i <= count + 1; i++)
        {
            Assert.Equal(i, (await NextAsync(events)).Sequence);
        }
    }

    [Fact]
    public async Task A_subscription_ends_when_it_is_cancelled()
    {
        var jobId = await AddJobAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var events = Events.SubscribeAsync(jobId, 0, stop.Token).GetAsyncEnumerator(stop.Token);
        var waiting = events.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(WaitLimit, Token));
    }

    [Fact]
    public async Task A_listener_hears_that_its_job_was_deleted()
    {
        Assert.SkipWhen(Stores.Jobs is null, "The provider keeps no jobs.");
        var jobId = await AddJobAsync();
        await PublishAsync(jobId);
        await using var events = Events.SubscribeAsync(jobId, 0, Token).GetAsyncEnumerator(Token);
        Assert.Equal(1, (await NextAsync(events)).Sequence);
        var waiting = events.MoveNextAsync().AsTask();

        await PublishAsync(jobId, JobEventTypes.Deleted);
        Assert.NotNull(await Stores.Jobs!.DeleteAsync(jobId, Token));

        Assert.True(await waiting.WaitAsync(WaitLimit, Token));
        Assert.Equal((2L, JobEventTypes.Deleted), (events.Current.Sequence, events.Current.Type));
    }

    [Fact]
    public async Task A_deleted_job_has_no_events()
    {
        Assert.SkipWhen(Stores.Jobs is null, "The provider keeps no jobs.");
        var jobId = await AddJobAsync();
        await PublishAsync(jobId);
        await Stores.Jobs!.DeleteAsync(jobId, Token);

        // What was published before may still be on its way from one node to another.
        await Task.Delay(TimeSpan.FromSeconds(1), Token);
        await AssertSilentAsync(Events.SubscribeAsync(jobId, 0, Token));
    }

    [Fact]
    public async Task A_job_that_does_not_exist_has_no_events() =>
        await AssertSilentAsync(Events.SubscribeAsync("no-such-job", 0, Token));

    [Fact]
    public async Task A_listener_to_all_gets_new_events_of_every_job()
    {
        var one = await AddJobAsync();
        var other = await AddJobAsync();
        await PublishAsync(one);
        await using var events = Events.SubscribeAllAsync(Token).GetAsyncEnumerator(Token);
        var waiting = events.MoveNextAsync().AsTask();

        await PublishAsync(other);
        await PublishAsync(one);

        Assert.True(await waiting.WaitAsync(WaitLimit, Token));
        Assert.Equal((other, 1L), (events.Current.JobId, events.Current.Sequence));
        var second = await NextAsync(events);
        Assert.Equal((one, 2L), (second.JobId, second.Sequence));
    }

    /// <summary>A job that has no events yet; a queued one would have its first.</summary>
    protected virtual async Task<string> AddJobAsync() =>
        (await Stores.Jobs!.CreateAsync(NewJob() with { Status = JobStatus.Processing }, Token)).Job.Id;

    protected Task<JobEvent> PublishAsync(string jobId, string type = JobEventTypes.Progress) => Events.PublishAsync(
        new JobEvent { JobId = jobId, Type = type, At = DateTimeOffset.UnixEpoch, Status = JobStatus.Processing }, Token);

    protected static async Task<JobEvent> NextAsync(IAsyncEnumerator<JobEvent> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(WaitLimit, Token));
        return events.Current;
    }

    protected static async Task<List<JobEvent>> TakeAsync(IAsyncEnumerable<JobEvent> source, int count)
    {
        var taken = new List<JobEvent>();
        await using var events = source.GetAsyncEnumerator(Token);
        while (taken.Count < count)
        {
            taken.Add(await NextAsync(events));
        }

        return taken;
    }

    private static async Task AssertSilentAsync(IAsyncEnumerable<JobEvent> source)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var events = source.GetAsyncEnumerator(stop.Token);
        var waiting = events.MoveNextAsync().AsTask();
        await Task.Delay(100, Token);
        Assert.False(waiting.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
