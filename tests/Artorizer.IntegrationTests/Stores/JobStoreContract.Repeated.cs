using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;

namespace Artorizer.IntegrationTests.Stores;

/// <summary>Submissions that came before: with the same key, the same image, the same wishes.</summary>
public abstract partial class JobStoreContract
{
    [Fact]
    public async Task An_idempotency_key_is_good_for_one_job_of_its_owner()
    {
        var first = await Store.CreateAsync(NewJob(idempotencyKey: "k"), Token);
        var again = await Store.CreateAsync(NewJob(idempotencyKey: "k"), Token);
        var other = await Store.CreateAsync(NewJob(owner: "bob", idempotencyKey: "k"), Token);

        Assert.Equal(CreateJobOutcome.IdempotentReplay, again.Outcome);
        AssertEqual(first.Job, again.Job);
        Assert.Equal(CreateJobOutcome.Created, other.Outcome);
        AssertEqual(first.Job, await Store.FindByIdempotencyKeyAsync("alice", "k", Token));

        await Store.DeleteAsync(first.Job.Id, Token);
        Assert.Equal(CreateJobOutcome.Created, (await Store.CreateAsync(NewJob(idempotencyKey: "k"), Token)).Outcome);
    }

    [Fact]
    public async Task One_of_many_with_the_same_idempotency_key_wins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Store.CreateAsync(NewJob(idempotencyKey: "k"), Token)));

        var winner = Assert.Single(results, result => result.Outcome == CreateJobOutcome.Created);
        Assert.All(results, result => Assert.Equal(winner.Job.Id, result.Job.Id));
    }

    [Fact]
    public async Task The_same_bytes_of_the_same_owner_are_a_duplicate_until_the_job_has_failed()
    {
        var hash = new string('b', 64);
        var first = await Store.CreateAsync(NewJob(sha256: hash), Token);

        Assert.Equal(CreateJobOutcome.Duplicate, (await Store.CreateAsync(NewJob(sha256: hash), Token)).Outcome);
        Assert.Equal(CreateJobOutcome.Created, (await Store.CreateAsync(NewJob(owner: "bob", sha256: hash), Token)).Outcome);
        Assert.Equal(CreateJobOutcome.Created, (await Store.CreateAsync(NewJob(), Token)).Outcome);
        Assert.Equal(first.Job.Id, (await Store.FindLatestVersionAsync("alice", hash, Token))!.Id);

        var failed = await Store.TryReplaceAsync(first.Job with { Status = JobStatus.Failed }, Token);
        Assert.Null(await Store.FindLatestVersionAsync("alice", hash, Token));
        var second = await Store.CreateAsync(NewJob(sha256: hash), Token);
        Assert.Equal(CreateJobOutcome.Created, second.Outcome);

        // After a redrive there are two; the latest counts.
        await Store.TryReplaceAsync(failed! with { Status = JobStatus.Queued }, Token);
        Assert.Equal(second.Job.Id, (await Store.FindLatestVersionAsync("alice", hash, Token))!.Id);
    }

    [Fact]
    public async Task Other_wishes_for_the_same_bytes_make_a_new_version()
    {
        var hash = new string('b', 64);
        var first = (await Store.CreateAsync(NewJob(sha256: hash) with { WishesSha256 = "1" }, Token)).Job;
        var second = await Store.CreateAsync(NewJob(sha256: hash) with { WishesSha256 = "2", PreviousJobId = "ignored" }, Token);
        var ofBob = await Store.CreateAsync(NewJob(owner: "bob", sha256: hash) with { WishesSha256 = "1" }, Token);

        Assert.Equal((CreateJobOutcome.Created, first.Id), (second.Outcome, second.Job.PreviousJobId));
        Assert.Equal((CreateJobOutcome.Created, null), (ofBob.Outcome, ofBob.Job.PreviousJobId));
        AssertEqual(second.Job, await Store.GetAsync(second.Job.Id, Token));
        Assert.Equal(second.Job.Id, (await Store.FindLatestVersionAsync("alice", hash, Token))!.Id);

        // A duplicate of an older version is that, however many came after it.
        var again = await Store.CreateAsync(NewJob(sha256: hash) with { WishesSha256 = "1" }, Token);
        Assert.Equal((CreateJobOutcome.Duplicate, first.Id), (again.Outcome, again.Job.Id));
    }

    [Fact]
    public async Task What_is_forced_is_made_although_it_is_there_and_found_from_then_on()
    {
        var hash = new string('b', 64);
        var first = (await Store.CreateAsync(NewJob(sha256: hash) with { WishesSha256 = "1" }, Token)).Job;
        var forced = await Store.CreateAsync(NewJob(sha256: hash, idempotencyKey: "k") with { WishesSha256 = "1" }, Token, force: true);
        Assert.Equal((CreateJobOutcome.Created, first.Id), (forced.Outcome, forced.Job.PreviousJobId));

        var again = await Store.CreateAsync(NewJob(sha256: hash) with { WishesSha256 = "1" }, Token);
        Assert.Equal((CreateJobOutcome.Duplicate, forced.Job.Id), (again.Outcome, again.Job.Id));
        var repeated = await Store.CreateAsync(NewJob(sha256: hash, idempotencyKey: "k") with { WishesSha256 = "1" }, Token, force: true);
        Assert.Equal((CreateJobOutcome.IdempotentReplay, forced.Job.Id), (repeated.Outcome, repeated.Job.Id));
    }

    [Fact]
    public async Task A_replay_comes_before_a_duplicate()
    {
        var hash = new string('c', 64);
        await Store.CreateAsync(NewJob(sha256: hash, idempotencyKey: "k"), Token);

        var again = await Store.CreateAsync(NewJob(sha256: hash, idempotencyKey: "k"), Token);

        Assert.Equal(CreateJobOutcome.IdempotentReplay, again.Outcome);
    }
}
