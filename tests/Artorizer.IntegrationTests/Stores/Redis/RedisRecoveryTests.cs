using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;

namespace Artorizer.IntegrationTests.Stores.Redis;

/// <summary>Jobs that the store has lost, and such that were deleted.</summary>
public sealed class RedisRecoveryTests(RedisFixture redis) : RedisTest
{
    [Fact]
    public async Task A_lost_job_is_stored_again_as_its_message_tells_it()
    {
        await using var stores = await OpenAsync();
        var job = NewJob(JobStatus.Queued) with { TaskId = 41, ContentSha256 = new string('a', 64), IdempotencyKey = "k" };

        var restored = await stores.Jobs.RestoreAsync(job, Token);

        Assert.Equal((41, 1L), (restored!.TaskId, restored.Version));
        Assert.Equal(job.Data, (await stores.Jobs.GetByTaskIdAsync(41, Token))!.Data);
        Assert.Equal(job.Id, (await stores.Jobs.FindByIdempotencyKeyAsync("alice", "k", Token))!.Id);
        Assert.Equal(job.Id, (await stores.Jobs.FindLatestVersionAsync("alice", job.ContentSha256, Token))!.Id);
        Assert.Equal(new JobCounts(1, 0, 0, 0), await stores.Jobs.CountAsync(Token));
        await using var events = Listen(stores.Events, job.Id);
        Assert.Equal(JobEventTypes.Queued, (await NextAsync(events)).Type);

        // Its message exists, so none must be sent; and its number is not given away again.
        Assert.Empty(await stores.Jobs.ListUnsentAsync(DateTimeOffset.UtcNow.AddMinutes(1), 10, Token));
        Assert.Equal(42, (await stores.Jobs.CreateAsync(NewJob(), Token)).Job.TaskId);
    }

    [Fact]
    public async Task A_lost_job_whose_number_was_given_away_gets_another()
    {
        await using var stores = await OpenAsync();
        var taken = (await stores.Jobs.CreateAsync(NewJob(), Token)).Job;

        var restored = await stores.Jobs.RestoreAsync(NewJob() with { TaskId = taken.TaskId }, Token);

        Assert.Equal(taken.TaskId + 1, restored!.TaskId);
        Assert.Equal(taken.Id, (await stores.Jobs.GetByTaskIdAsync(taken.TaskId, Token))!.Id);
    }

    [Fact]
    public async Task Two_workers_that_restore_a_job_get_the_same_one()
    {
        await using var stores = await OpenAsync();
        var job = NewJob() with { TaskId = 7 };

        var restored = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => stores.Jobs.RestoreAsync(job, Token)));

        Assert.All(restored, one => Assert.Equal((7, 1L), (one!.TaskId, one.Version)));
        Assert.Equal(1, (await stores.Jobs.CountAsync(Token)).Processing);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deleted_job_stays_deleted_until_its_tombstone_has_gone(bool byPurge)
    {
        var prefix = RedisStores.NewPrefix();
        await using var stores = await OpenAsync(prefix);
        await using var forgetful = await OpenAsync(prefix, TimeSpan.FromSeconds(1));
        var job = (await stores.Jobs.CreateAsync(NewJob(JobStatus.Failed) with { CompletedAt = DateTimeOffset.UnixEpoch }, Token)).Job;

        await RemoveAsync(stores.Jobs);
        Assert.Null(await stores.Jobs.RestoreAsync(job, Token));

        var other = (await stores.Jobs.CreateAsync(NewJob(JobStatus.Failed) with { CompletedAt = DateTimeOffset.UnixEpoch }, Token)).Job;
        await RemoveAsync(forgetful.Jobs);
        await UntilAsync(async () => await stores.Jobs.RestoreAsync(other, Token) is not null);
        Assert.Null(await stores.Jobs.RestoreAsync(job, Token));

        async Task RemoveAsync(IJobStore jobs)
        {
            if (byPurge)
            {
                Assert.Single(await jobs.PurgeAsync(DateTimeOffset.UtcNow, 10, Token));
            }
            else
            {
                var id = Assert.Single((await jobs.ListAsync(new JobQuery(), Token)).Jobs).Id;
                Assert.NotNull(await jobs.DeleteAsync(id, Token));
            }
        }
    }

    [Fact]
    public async Task A_submission_that_is_repeated_under_its_id_finds_what_was_stored()
    {
        await using var stores = await OpenAsync();
        var job = NewJob(JobStatus.Queued);
        var first = await stores.Jobs.CreateAsync(job, Token);

        var again = await stores.Jobs.CreateAsync(job, Token);

        Assert.Equal((CreateJobOutcome.Created, first.Job.TaskId), (again.Outcome, again.Job.TaskId));
        Assert.Equal(1, (await stores.Jobs.CountAsync(Token)).Queued);
    }

    [Fact]
    public async Task A_deleted_job_leaves_nothing_but_its_tombstone()
    {
        var prefix = RedisStores.NewPrefix();
        await using var stores = await OpenAsync(prefix);
        var job =
            (await stores.Jobs.CreateAsync(NewJob(JobStatus.Queued) with { ContentSha256 = new string('a', 64), IdempotencyKey = "k" }, Token)).Job;
        await stores.Events.PublishAsync(Progress(job.Id), Token);

        await stores.Jobs.DeleteAsync(job.Id, Token);

        // The braces of the prefix mean nothing in a pattern.
        var keys = await (await redis.ServerAsync()).CommandAsync(["keys", prefix + "*"], Token);
        Assert.Equal(
            new[] { $"{prefix}:gone:{job.Id}", $"{prefix}:last-task-id", $"{prefix}:published" },
            keys.Split('\n', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal));
    }

    private async Task<RedisStores> OpenAsync(string? prefix = null, TimeSpan? tombstones = null) =>
        await RedisStores.OpenAsync((await redis.ServerAsync()).ConnectionString, options =>
        {
            options.KeyPrefix = prefix ?? options.KeyPrefix;
            options.TombstoneLifetime = tombstones ?? options.TombstoneLifetime;
        });
}
