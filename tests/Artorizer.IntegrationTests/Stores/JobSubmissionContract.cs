using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Queue;

namespace Artorizer.IntegrationTests.Stores;

/// <summary>What every <see cref="IJobSubmission"/> does; only a provider of both jobs and queue is one.</summary>
public abstract class JobSubmissionContract : StoreContract
{
    private IJobStore Store => Stores.Jobs!;

    [Fact]
    public async Task A_submission_stores_job_message_and_first_event_together()
    {
        var result = await Stores.Submission!.SubmitAsync(NewJob(idempotencyKey: "k"), QueueMessage.For, TimeSpan.Zero, Token);
        var again = await Stores.Submission.SubmitAsync(NewJob(idempotencyKey: "k"), QueueMessage.For, TimeSpan.Zero, Token);

        Assert.Equal(CreateJobOutcome.Created, result.Outcome);
        Assert.Equal(CreateJobOutcome.IdempotentReplay, again.Outcome);
        Assert.Equal(1, (await Stores.Queue!.GetDepthAsync(Token)).Ready);
        var lease = await Stores.Queue.LeaseAsync(Token).WaitAsync(WaitLimit, Token);
        Assert.Equal(QueueMessage.For(result.Job), lease.Message);
        var first = await JobStoreContract.FirstEventAsync(Stores.Events!, result.Job.Id);
        Assert.Equal((1L, JobEventTypes.Queued), (first.Sequence, first.Type));
    }

    [Fact]
    public async Task A_requeue_replaces_the_job_and_its_dead_letter_by_a_new_message()
    {
        var job = (await Stores.Submission!.SubmitAsync(NewJob(), QueueMessage.For, TimeSpan.Zero, Token)).Job;
        var lease = await LeaseAsync();
        await lease.DeadLetterAsync("poison: x", Token);
        var failed = await Store.TryReplaceAsync(job with { Status = JobStatus.Failed, Attempts = 3 }, Token);

        var queued = await Stores.Submission.RequeueAsync(failed! with { Status = JobStatus.Queued, Attempts = 0 }, QueueMessage.For, Token);
        var tooLate = await Stores.Submission.RequeueAsync(failed! with { Status = JobStatus.Queued }, QueueMessage.For, Token);

        Assert.Null(tooLate);
        JobStoreContract.AssertEqual(queued!, await Store.GetAsync(job.Id, Token));
        Assert.Equal(new JobCounts(1, 0, 0, 0), await Store.CountAsync(Token));
        var depth = await Stores.Queue!.GetDepthAsync(Token);
        Assert.Equal((1, 0), (depth.Ready, depth.Dead));
        Assert.Equal(QueueMessage.For(queued!), (await LeaseAsync()).Message);
        await using var events = Stores.Events!.SubscribeAsync(job.Id, 1, Token).GetAsyncEnumerator(Token);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal((2L, JobEventTypes.Queued), (events.Current.Sequence, events.Current.Type));
    }
}
