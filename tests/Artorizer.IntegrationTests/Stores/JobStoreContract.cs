using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;

namespace Artorizer.IntegrationTests.Stores;

/// <summary>What every <see cref="IJobStore"/> does.</summary>
public abstract partial class JobStoreContract : StoreContract
{
    private IJobStore Store => Stores.Jobs!;

    [Fact]
    public async Task A_created_job_reads_back_equal_in_every_field()
    {
        var at = new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, 456, TimeSpan.Zero).AddTicks(7);
        var job = NewJob(sha256: new string('a', 64), idempotencyKey: "k ☂ 1") with
        {
            Status = JobStatus.Failed,
            Priority = 9,
            Via = JobVia.Storage,
            Data = new Payload(Payload.Binary, new byte[] { 0, 255, 0 }),
            Result = new Payload(Payload.MessagePack, new byte[] { 0xc0 }),
            SubmittedAt = at,
            StartedAt = at.AddSeconds(1),
            CompletedAt = at.AddSeconds(2),
            Attempts = 3,
            Progress = new JobProgress { CurrentStep = "watermark", StepNumber = 2, TotalSteps = 7, Percentage = 28, UpdatedAt = at },
            Steps =
            [
                new JobStep { Name = "decode", Status = JobStep.Completed, StartedAt = at, CompletedAt = at.AddMilliseconds(5), DurationMs = 4.75 },
                new JobStep { Name = "watermark", Status = JobStep.Failed, Error = "too small" },
            ],
            Error = new JobError(JobErrorCodes.InvalidImage, "Not \"an\" image."),
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };

        var created = await Store.CreateAsync(job, Token);

        Assert.Equal(CreateJobOutcome.Created, created.Outcome);
        var expected = job with { TaskId = created.Job.TaskId, Version = 1 };
        AssertEqual(expected, created.Job);
        AssertEqual(expected, await Store.GetAsync(job.Id, Token));
        AssertEqual(expected, await Store.GetByTaskIdAsync(created.Job.TaskId, Token));
    }

    [Fact]
    public async Task An_empty_payload_is_not_a_missing_one()
    {
        var job = NewJob() with { Data = new Payload(Payload.Binary, default), Result = new Payload(Payload.Binary, default) };

        await Store.CreateAsync(job, Token);

        var read = await Store.GetAsync(job.Id, Token);
        Assert.Equal(job.Data, read!.Data);
        Assert.Equal(job.Result, read.Result);
    }

    [Fact]
    public async Task Task_ids_count_up_from_one_and_are_not_used_again()
    {
        var first = await Store.CreateAsync(NewJob(), Token);
        var second = await Store.CreateAsync(NewJob(), Token);
        await Store.DeleteAsync(second.Job.Id, Token);
        var third = await Store.CreateAsync(NewJob(), Token);

        Assert.Equal(1, first.Job.TaskId);
        Assert.Equal([2, 3], new[] { second.Job.TaskId, third.Job.TaskId });
    }

    [Fact]
    public async Task Concurrent_submissions_get_different_task_ids()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Store.CreateAsync(NewJob(), Token)));

        Assert.Equal(200, results.Select(result => result.Job.TaskId).Distinct().Count());
        Assert.Equal(200, (await Store.CountAsync(Token)).Queued);
    }

    [Fact]
    public async Task What_does_not_exist_is_null()
    {
        Assert.Null(await Store.GetAsync("no-such-job", Token));
        Assert.Null(await Store.GetByTaskIdAsync(77, Token));
        Assert.Null(await Store.FindLatestVersionAsync("alice", new string('0', 64), Token));
        Assert.Null(await Store.FindByIdempotencyKeyAsync("alice", "k", Token));
        Assert.Null(await Store.TryReplaceAsync(NewJob() with { Version = 1 }, Token));
        Assert.Null(await Store.DeleteAsync("no-such-job", Token));
    }

    [Fact]
    public async Task Replace_stores_every_change_and_counts_the_version()
    {
        var created = (await Store.CreateAsync(NewJob(sha256: new string('d', 64), idempotencyKey: "k"), Token)).Job;
        var at = created.SubmittedAt.AddMinutes(1);
        var changed = created with
        {
            Type = "other",
            Owner = "bob",
            Status = JobStatus.Completed,
            Priority = 1,
            Via = JobVia.Direct,
            Data = Payload.FromJson("[]"),
            Result = Payload.FromJson("false"),
            ContentSha256 = new string('e', 64),
            IdempotencyKey = "l",
            SubmittedAt = at,
            StartedAt = at,
            CompletedAt = at,
            Attempts = 2,
            Progress = new JobProgress { CurrentStep = "all", Percentage = 100, UpdatedAt = at },
            Steps = [new JobStep { Name = "all" }],
            Error = new JobError("x", "y"),
            TraceParent = "00-1",
        };

        var stored = await Store.TryReplaceAsync(changed, Token);

        AssertEqual(changed with { Version = 2 }, stored);
        AssertEqual(stored!, await Store.GetAsync(created.Id, Token));
        Assert.NotNull(await Store.FindByIdempotencyKeyAsync("bob", "l", Token));
        Assert.Null(await Store.FindByIdempotencyKeyAsync("alice", "k", Token));

        var cleared = await Store.TryReplaceAsync(
            stored! with
            {
                Status = JobStatus.Queued,
                Result = null,
                StartedAt = null,
                CompletedAt = null,
                Progress = null,
                Steps = [],
                Error = null,
            },
            Token);
        AssertEqual(cleared!, await Store.GetAsync(created.Id, Token));
        Assert.Null(cleared!.Result);
    }

    [Fact]
    public async Task Replace_of_an_old_version_changes_nothing()
    {
        var created = (await Store.CreateAsync(NewJob(), Token)).Job;
        var second = await Store.TryReplaceAsync(created with { Attempts = 1 }, Token);

        Assert.Null(await Store.TryReplaceAsync(created with { Attempts = 9 }, Token));
        AssertEqual(second!, await Store.GetAsync(created.Id, Token));
    }

    [Fact]
    public async Task Of_concurrent_replacements_of_one_version_one_wins()
    {
        var created = (await Store.CreateAsync(NewJob(), Token)).Job;

        var results = await Task.WhenAll(Enumerable.Range(1, 40).Select(i => Store.TryReplaceAsync(created with { Attempts = i }, Token)));

        var winner = Assert.Single(results, result => result is not null);
        AssertEqual(winner!, await Store.GetAsync(created.Id, Token));
    }

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData("alice", null, null, null)]
    [InlineData(null, "echo", null, null)]
    [InlineData(null, null, JobStatus.Queued, null)]
    [InlineData(null, null, JobStatus.Processing, null)]
    [InlineData(null, null, null, JobVia.Direct)]
    [InlineData("alice", null, JobStatus.Failed, null)]
    [InlineData("bob", "sleep", JobStatus.Processing, JobVia.Queue)]
    [InlineData("nobody", null, null, null)]
    public async Task Pages_give_each_matching_job_once_newest_first(string? owner, string? type, JobStatus? status, string? via)
    {
        var all = new List<Job>();
        foreach (var i in Enumerable.Range(0, 60))
        {
            var job = NewJob(i % 3 == 0 ? "bob" : "alice", i % 4 == 0 ? "sleep" : "echo") with
            {
                Status = (JobStatus)(i % 5 % 4),
                Via = i % 7 == 0 ? JobVia.Direct : JobVia.Queue,
            };
            all.Add((await Store.CreateAsync(job, Token)).Job);
        }

        var expected = all
            .Where(job => (owner is null || job.Owner == owner) && (type is null || job.Type == type)
                && (status is null || job.Status == status) && (via is null || job.Via == via))
            .Select(job => job.TaskId).OrderDescending().ToList();

        var query = new JobQuery { Owner = owner, Type = type, Status = status, Via = via, Limit = 7 };
        var listed = new List<int>();
        JobPage page;
        do
        {
            page = await Store.ListAsync(query, Token);
            Assert.True(page.Jobs.Count <= 7);
            listed.AddRange(page.Jobs.Select(job => job.TaskId));
            query = query with { Cursor = page.NextCursor };
        }
        while (page.NextCursor is not null);

        Assert.Equal(expected, listed);
    }

    [Fact]
    public async Task A_page_keeps_its_place_while_jobs_come_and_go()
    {
        var jobs = new List<Job>();
        for (var i = 0; i < 6; i++)
        {
            jobs.Add((await Store.CreateAsync(NewJob(), Token)).Job);
        }

        var first = await Store.ListAsync(new JobQuery { Limit = 3 }, Token);
        await Store.CreateAsync(NewJob(), Token);
        await Store.DeleteAsync(jobs[3].Id, Token);
        var second = await Store.ListAsync(new JobQuery { Limit = 3, Cursor = first.NextCursor }, Token);

        Assert.Equal([6, 5, 4], first.Jobs.Select(job => job.TaskId));
        Assert.Equal([3, 2, 1], second.Jobs.Select(job => job.TaskId));
        Assert.Null(second.NextCursor);
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1)]
    [InlineData(7_000, 2, 1, 2)]
    [InlineData(12_500, 3, 2)]
    [InlineData(20_000, 5)]
    public async Task A_page_ends_where_its_data_would_be_too_large(long maxBytes, params int[] expected)
    {
        // 3,002 bytes each; with the result of the third, 6,004.
        var data = Payload.FromJson($"\"{new string('x', 3_000)}\"");
        for (var i = 0; i < 5; i++)
        {
            var job = (await Store.CreateAsync(NewJob() with { Data = data }, Token)).Job;
            if (i == 2)
            {
                Assert.NotNull(await Store.TryReplaceAsync(job with { Result = data }, Token));
            }
        }

        var query = new JobQuery { Owner = "alice", MaxBytes = maxBytes };
        var listed = new List<int>();
        var sizes = new List<int>();
        do
        {
            var page = await Store.ListAsync(query, Token);
            listed.AddRange(page.Jobs.Select(job => job.TaskId));
            sizes.Add(page.Jobs.Count);
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);

        Assert.Equal([5, 4, 3, 2, 1], listed);
        Assert.Equal(expected, sizes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_page_size_out_of_range_is_refused(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ListAsync(new JobQuery { Limit = limit }, Token));

    [Fact]
    public async Task Delete_removes_the_job_from_every_index()
    {
        var hash = new string('f', 64);
        var job = (await Store.CreateAsync(NewJob(sha256: hash, idempotencyKey: "k"), Token)).Job;

        Assert.Equal(JobStatus.Queued, await Store.DeleteAsync(job.Id, Token));

        Assert.Null(await Store.GetAsync(job.Id, Token));
        Assert.Null(await Store.GetByTaskIdAsync(job.TaskId, Token));
        Assert.Null(await Store.FindLatestVersionAsync("alice", hash, Token));
        Assert.Null(await Store.FindByIdempotencyKeyAsync("alice", "k", Token));
        Assert.Empty((await Store.ListAsync(new JobQuery(), Token)).Jobs);
        Assert.Null(await Store.TryReplaceAsync(job, Token));
        Assert.Null(await Store.DeleteAsync(job.Id, Token));
    }

    [Theory]
    [InlineData(JobStatus.Queued)]
    [InlineData(JobStatus.Processing)]
    [InlineData(JobStatus.Completed)]
    [InlineData(JobStatus.Failed)]
    public async Task Delete_tells_the_state_that_the_job_was_in(JobStatus status)
    {
        var job = (await Store.CreateAsync(NewJob(), Token)).Job;
        await Store.TryReplaceAsync(job with { Status = status }, Token);

        Assert.Equal(status, await Store.DeleteAsync(job.Id, Token));
    }

    [Fact]
    public async Task Purge_takes_finished_jobs_that_are_old_enough_and_no_more_than_asked()
    {
        var day = new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);
        async Task<string> AddAsync(JobStatus status, DateTimeOffset? completedAt) =>
            (await Store.CreateAsync(NewJob() with { Status = status, CompletedAt = completedAt }, Token)).Job.Id;

        var oldest = await AddAsync(JobStatus.Completed, day.AddDays(-3));
        var old = await AddAsync(JobStatus.Failed, day.AddDays(-2));
        var older = await AddAsync(JobStatus.Completed, day.AddDays(-1));
        var fresh = await AddAsync(JobStatus.Completed, day);
        var running = await AddAsync(JobStatus.Processing, null);

        var first = await Store.PurgeAsync(day, 2, Token);
        var second = await Store.PurgeAsync(day, 2, Token);
        var third = await Store.PurgeAsync(day, 2, Token);

        Assert.Equal(2, first.Count);
        Assert.Single(second);
        Assert.Empty(third);
        Assert.Equal(new[] { oldest, old, older }.Order(), first.Concat(second).Order());
        Assert.NotNull(await Store.GetAsync(fresh, Token));
        Assert.NotNull(await Store.GetAsync(running, Token));
        Assert.Equal(new JobCounts(0, 1, 1, 0), await Store.CountAsync(Token));
    }

    [Fact]
    public async Task Counts_follow_every_change()
    {
        var jobs = new List<Job>();
        for (var i = 0; i < 5; i++)
        {
            jobs.Add((await Store.CreateAsync(NewJob(), Token)).Job);
        }

        await Store.CreateAsync(NewJob(idempotencyKey: "k"), Token);
        await Store.CreateAsync(NewJob(idempotencyKey: "k"), Token);
        await Store.TryReplaceAsync(jobs[0] with { Status = JobStatus.Processing }, Token);
        await Store.TryReplaceAsync(jobs[0] with { Status = JobStatus.Failed }, Token);
        await Store.TryReplaceAsync(jobs[1] with { Status = JobStatus.Completed, CompletedAt = jobs[1].SubmittedAt }, Token);
        await Store.TryReplaceAsync(jobs[2] with { Status = JobStatus.Failed }, Token);
        await Store.DeleteAsync(jobs[3].Id, Token);

        Assert.Equal(new JobCounts(2, 1, 1, 1), await Store.CountAsync(Token));
    }

    [Fact]
    public async Task A_queued_job_has_its_first_event_and_is_unsent_until_marked()
    {
        var queued = (await Store.CreateAsync(NewJob(), Token)).Job;
        var direct = (await Store.CreateAsync(NewJob() with { Status = JobStatus.Processing }, Token)).Job;
        var later = DateTimeOffset.UtcNow.AddMinutes(1);

        Assert.Empty(await Store.ListUnsentAsync(DateTimeOffset.UtcNow.AddMinutes(-1), 10, Token));
        AssertEqual(queued, Assert.Single(await Store.ListUnsentAsync(later, 10, Token)));
        var first = await FirstEventAsync(Stores.Events!, queued.Id);
        Assert.Equal((1L, JobEventTypes.Queued, JobStatus.Queued), (first.Sequence, first.Type, first.Status));

        await Store.MarkSentAsync(queued.Id, Token);
        await Store.MarkSentAsync(direct.Id, Token);
        await Store.MarkSentAsync("no such job", Token);

        Assert.Empty(await Store.ListUnsentAsync(later, 10, Token));
    }

    [Fact]
    public async Task A_failed_job_that_is_queued_again_is_unsent_and_one_that_is_retried_is_not()
    {
        var job = (await Store.CreateAsync(NewJob(), Token)).Job;
        await Store.MarkSentAsync(job.Id, Token);
        var later = DateTimeOffset.UtcNow.AddMinutes(1);

        var processing = await Store.TryReplaceAsync(job with { Status = JobStatus.Processing }, Token);
        var retried = await Store.TryReplaceAsync(processing! with { Status = JobStatus.Queued }, Token);
        Assert.Empty(await Store.ListUnsentAsync(later, 10, Token));

        var failed = await Store.TryReplaceAsync(retried! with { Status = JobStatus.Failed }, Token);
        var queued = await Store.TryReplaceAsync(failed! with { Status = JobStatus.Queued }, Token);
        AssertEqual(queued!, Assert.Single(await Store.ListUnsentAsync(later, 10, Token)));

        await using var events = Stores.Events!.SubscribeAsync(job.Id, 1, Token).GetAsyncEnumerator(Token);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal((2L, JobEventTypes.Queued), (events.Current.Sequence, events.Current.Type));
    }

    [Fact]
    public async Task What_is_told_of_a_change_is_stored_with_it_or_not_at_all()
    {
        var job = (await Store.CreateAsync(NewJob() with { Status = JobStatus.Processing }, Token)).Job;
        JobEvent Told(string type) => new() { JobId = job.Id, Type = type, At = job.SubmittedAt, Status = JobStatus.Processing };

        var changed = await Store.TryReplaceAsync(job with { Attempts = 1 }, [Told(JobEventTypes.Started), Told(JobEventTypes.Progress)], Token);
        Assert.NotNull(changed);
        Assert.Null(await Store.TryReplaceAsync(job with { Attempts = 2 }, [Told(JobEventTypes.Failed)], Token));
        await Store.TryReplaceAsync(changed with { Attempts = 3 }, [Told(JobEventTypes.Completed)], Token);

        var heard = new List<(long, string)>();
        await foreach (var e in Stores.Events!.SubscribeAsync(job.Id, 0, Token))
        {
            heard.Add((e.Sequence, e.Type));
            if (e.IsTerminal)
            {
                break;
            }
        }

        Assert.Equal([(1, JobEventTypes.Started), (2, JobEventTypes.Progress), (3, JobEventTypes.Completed)], heard);
    }

    [Fact]
    public async Task The_oldest_unsent_come_first_and_a_deleted_one_is_gone()
    {
        var jobs = new List<Job>();
        for (var i = 0; i < 5; i++)
        {
            jobs.Add((await Store.CreateAsync(NewJob(), Token)).Job);
        }

        await Store.DeleteAsync(jobs[0].Id, Token);

        var unsent = await Store.ListUnsentAsync(DateTimeOffset.UtcNow.AddMinutes(1), 3, Token);
        Assert.Equal([jobs[1].Id, jobs[2].Id, jobs[3].Id], unsent.Select(job => job.Id));
    }

    [Fact]
    public async Task A_job_that_is_there_is_not_restored_over_and_a_deleted_one_not_at_all()
    {
        var job = (await Store.CreateAsync(NewJob(), Token)).Job;
        var changed = await Store.TryReplaceAsync(job with { Attempts = 2 }, Token);

        AssertEqual(changed!, await Store.RestoreAsync(job, Token));

        await Store.DeleteAsync(job.Id, Token);
        Assert.Null(await Store.RestoreAsync(job, Token));
    }

    internal static async Task<JobEvent> FirstEventAsync(IJobEvents events, string jobId)
    {
        await foreach (var jobEvent in events.SubscribeAsync(jobId, 0, Token))
        {
            return jobEvent;
        }

        throw new InvalidOperationException("The subscription ended.");
    }

    internal static void AssertEqual(Job expected, Job? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Steps, actual.Steps);
        Assert.Equal(expected with { Steps = [] }, actual with { Steps = [] });
    }
}
