using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Queue;

namespace Artorizer.IntegrationTests.Stores;

/// <summary>Base of the suites that every provider must pass: a provider derives from each and says how its stores are opened.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private StoreSet? _stores;
    private int _lastTaskId;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected StoreSet Stores => _stores ?? throw new InvalidOperationException("Not opened yet.");

    /// <summary>Longest that anything awaited may take before the test fails instead of hanging.</summary>
    protected static TimeSpan WaitLimit => TimeSpan.FromSeconds(20);

    protected virtual TimeSpan LeaseDuration => TimeSpan.FromSeconds(30);

    public async ValueTask InitializeAsync() => _stores = await OpenStoresAsync(LeaseDuration);

    public async ValueTask DisposeAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Opens empty stores whose leases last this long, where the provider's leases end by time.</summary>
    protected abstract Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration);

    protected static Job NewJob(string owner = "alice", string type = "echo", string? sha256 = null, string? idempotencyKey = null) => new()
    {
        Id = Guid.CreateVersion7().ToString(),
        Type = type,
        Owner = owner,
        ContentSha256 = sha256,
        IdempotencyKey = idempotencyKey,
        SubmittedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Data = Payload.FromJson("""{"text":"hällo","zero":0,"none":null}"""),
    };

    /// <summary>A message with the next task id, from 1.</summary>
    protected QueueMessage NewMessage() => QueueMessage.For(NewJob() with { TaskId = Interlocked.Increment(ref _lastTaskId) });

    protected Task<IJobLease> LeaseAsync() => Stores.Queue!.LeaseAsync(Token).WaitAsync(WaitLimit, Token);
}
