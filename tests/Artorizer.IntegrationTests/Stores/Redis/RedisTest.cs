using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;

namespace Artorizer.IntegrationTests.Stores.Redis;

/// <summary>What the tests of the Redis stores have in common.</summary>
public abstract class RedisTest
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Longest that anything awaited may take before the test fails instead of hanging.</summary>
    protected static TimeSpan WaitLimit => TimeSpan.FromSeconds(60);

    protected static Job NewJob(JobStatus status = JobStatus.Processing) => new()
    {
        Id = Guid.CreateVersion7().ToString(),
        Type = "echo",
        Owner = "alice",
        Status = status,
        SubmittedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Data = new Payload(Payload.Binary, new byte[] { 0, 255, 10, 13 }),
    };

    protected static JobEvent Progress(string jobId, string type = JobEventTypes.Progress) =>
        new() { JobId = jobId, Type = type, At = DateTimeOffset.UnixEpoch, Status = JobStatus.Processing };

    /// <summary>Tries until Redis is there (again).</summary>
    protected static async Task<T> OnceUpAsync<T>(Func<Task<T>> action)
    {
        using var limit = new CancellationTokenSource(WaitLimit);
        while (true)
        {
            try
            {
                return await action();
            }
            catch (StoreUnavailableException) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(50, Token);
            }
        }
    }

    protected static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(WaitLimit);
        while (!await condition())
        {
            await Task.Delay(50, limit.Token);
        }
    }

    protected static async Task<JobEvent> NextAsync(IAsyncEnumerator<JobEvent> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(WaitLimit, Token));
        return events.Current;
    }

    protected static IAsyncEnumerator<JobEvent> Listen(IJobEvents events, string jobId, long after = 0) =>
        events.SubscribeAsync(jobId, after, Token).GetAsyncEnumerator(Token);
}
