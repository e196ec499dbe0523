using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using FsCheck;
using FsCheck.Fluent;

namespace Artorizer.UnitTests.Embedded;

/// <summary>The job store does what a list in memory does, whatever is asked of it in whatever order, restarts included.</summary>
public sealed class JobStoreModelProperties
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Any_sequence_of_operations_matches_the_model() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(TestLength.Of(10, 1000)).WithEndSize(60),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), steps => RunAsync(steps).GetAwaiter().GetResult()));

    private static async Task RunAsync(byte[] steps)
    {
        await using var open = await OpenStores.CreateAsync();
        var model = new List<Job>();
        var lastTaskId = 0;

        foreach (var step in steps)
        {
            var store = open.Stores.Jobs;
            var choice = step / 8;
            switch (step % 8)
            {
                case 0 or 1 or 2:
                    var job = OpenStores.NewJob(choice % 2 == 0 ? "alice" : "bob") with
                    {
                        IdempotencyKey = choice % 3 == 0 ? null : $"key {choice % 4}",
                        ContentSha256 = choice % 5 == 0 ? null : new string((char)('a' + choice % 3), 64),
                        WishesSha256 = choice % 5 == 0 ? null : $"wishes {choice % 2}",
                    };
                    var force = choice % 7 == 0;
                    var result = await store.CreateAsync(job, default, force);
                    var (outcome, existing) = Expect(model, job, force);
                    Assert.Equal(outcome, result.Outcome);
                    if (existing is null)
                    {
                        var previous = job.ContentSha256 is null ? null : FindLatest(model, job.Owner, job.ContentSha256)?.Id;
                        Assert.Equal(
                            job with { TaskId = ++lastTaskId, Version = 1, PreviousJobId = previous, Steps = result.Job.Steps }, result.Job);
                        model.Add(result.Job);
                    }
                    else
                    {
                        Assert.Equal(existing.Id, result.Job.Id);
                    }

                    break;

                case 3 or 4 when model.Count > 0:
                    var old = model[choice % model.Count];
                    var status = (JobStatus)(choice % 4);
                    var changed = old with
                    {
                        Status = status,
                        Attempts = choice,
                        CompletedAt = status >= JobStatus.Completed ? Epoch.AddDays(choice) : null,
                        Result = status == JobStatus.Completed ? Payload.FromJson(choice % 2 == 0 ? "0" : "\"\"") : null,
                    };
                    var stored = await store.TryReplaceAsync(changed, default);
                    Assert.Equal(old.Version + 1, stored!.Version);
                    Assert.Null(await store.TryReplaceAsync(changed, default));
                    model[choice % model.Count] = stored;
                    break;

                case 5 when model.Count > 0:
                    Assert.Equal(model[choice % model.Count].Status, await store.DeleteAsync(model[choice % model.Count].Id, default));
                    model.RemoveAt(choice % model.Count);
                    break;

                case 6:
                    var limit = choice % 4 + 1;
                    var before = Epoch.AddDays(choice);
                    var purged = await store.PurgeAsync(before, limit, default);
                    var purgeable = model.Where(candidate => candidate.CompletedAt < before).ToList();
                    Assert.Equal(Math.Min(limit, purgeable.Count), purged.Count);
                    Assert.Subset(purgeable.Select(candidate => candidate.Id).ToHashSet(), purged.ToHashSet());
                    model.RemoveAll(candidate => purged.Contains(candidate.Id));
                    break;

                case 7 when choice % 4 == 0:
                    await open.ReopenAsync();
                    break;
            }

            await CompareAsync(open.Stores.Jobs, model, choice);
        }
    }

    private static (CreateJobOutcome Outcome, Job? Existing) Expect(List<Job> model, Job job, bool force)
    {
        if (job.IdempotencyKey is not null
            && model.Find(other => other.Owner == job.Owner && other.IdempotencyKey == job.IdempotencyKey) is { } replay)
        {
            return (CreateJobOutcome.IdempotentReplay, replay);
        }

        return job.ContentSha256 is not null && !force
            && FindLatest(model.Where(other => other.WishesSha256 == job.WishesSha256), job.Owner, job.ContentSha256) is { } duplicate
            ? (CreateJobOutcome.Duplicate, duplicate)
            : (CreateJobOutcome.Created, null);
    }

    private static Job? FindLatest(IEnumerable<Job> model, string owner, string hash) => model
        .Where(job => job.Owner == owner && job.ContentSha256 == hash && job.Status != JobStatus.Failed)
        .MaxBy(job => job.TaskId);

    private static async Task CompareAsync(IJobStore store, List<Job> model, int choice)
    {
        long Count(JobStatus status) => model.Count(job => job.Status == status);
        Assert.Equal(
            new JobCounts(Count(JobStatus.Queued), Count(JobStatus.Processing), Count(JobStatus.Completed), Count(JobStatus.Failed)),
            await store.CountAsync(default));

        var query = new JobQuery
        {
            Owner = choice % 3 == 0 ? null : "alice",
            Status = choice % 2 == 0 ? null : (JobStatus)(choice / 2 % 4),
            Limit = 1000,
        };
        var expected = model
            .Where(job => (query.Owner is null || job.Owner == query.Owner) && (query.Status is null || job.Status == query.Status))
            .OrderByDescending(job => job.TaskId).ToList();
        var listed = (await store.ListAsync(query, default)).Jobs;
        Assert.Equal(
            expected.Select(job => job with { Steps = Array.Empty<JobStep>() }), listed.Select(job => job with { Steps = Array.Empty<JobStep>() }));
        Assert.Equal(
            FindLatest(model, "alice", new string('a', 64))?.Id,
            (await store.FindLatestVersionAsync("alice", new string('a', 64), default))?.Id);
    }
}
