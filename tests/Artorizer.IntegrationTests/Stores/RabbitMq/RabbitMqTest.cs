using System.Diagnostics;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Queue;

namespace Artorizer.IntegrationTests.Stores.RabbitMq;

/// <summary>What the tests of the queue on RabbitMQ have in common.</summary>
public abstract class RabbitMqTest
{
    private int _lastTaskId;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Longest that anything awaited may take. A broker that restarts on a busy machine takes its time.</summary>
    protected static TimeSpan WaitLimit => TimeSpan.FromMinutes(1);

    /// <summary>A message with the next task id, from 1.</summary>
    protected QueueMessage NewMessage(int priority = 5) => new()
    {
        JobId = Guid.CreateVersion7().ToString(),
        TaskId = Interlocked.Increment(ref _lastTaskId),
        Type = "echo",
        Owner = "alice",
        Priority = priority,
        Data = Payload.FromJson("""{"text":"hällo"}"""),
        SubmittedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };

    protected static Task<IJobLease> LeaseAsync(IJobQueue queue) => queue.LeaseAsync(Token).WaitAsync(WaitLimit, Token);

    /// <summary>Tries until the broker is there. Each connection comes back in its own time, and whoever asks before is refused.</summary>
    protected static async Task<T> WhenBackAsync<T>(Func<Task<T>> action)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await action();
            }
            catch (StoreUnavailableException) when (clock.Elapsed < WaitLimit)
            {
                await Task.Delay(50, Token);
            }
        }
    }

    protected static Task EnqueueAsync(IJobQueue queue, QueueMessage message) => queue.EnqueueAsync(message, TimeSpan.Zero, Token);
}
