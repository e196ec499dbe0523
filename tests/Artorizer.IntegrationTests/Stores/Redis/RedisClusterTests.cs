using Artorizer.LocalServers;

[assembly: AssemblyFixture(typeof(Artorizer.IntegrationTests.Stores.Redis.RedisClusterFixture))]

namespace Artorizer.IntegrationTests.Stores.Redis;

/// <summary>One cluster for every test, started with the first.</summary>
public sealed class RedisClusterFixture : IAsyncDisposable
{
    private readonly Lazy<Task<RedisCluster>> _cluster = new(async () =>
    {
        var cluster = new RedisCluster();
        await cluster.StartAsync(CancellationToken.None);
        return cluster;
    });

    public Task<RedisCluster> ClusterAsync()
    {
        RedisFixture.RequireInstalled();
        return _cluster.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster.IsValueCreated)
        {
            await (await _cluster.Value).DisposeAsync();
        }
    }
}

public sealed class RedisClusterJobStoreTests(RedisClusterFixture redis) : JobStoreContract
{
    protected override async Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration) =>
        (await RedisStores.OpenAsync((await redis.ClusterAsync()).ConnectionString)).ToSet();
}

public sealed class RedisClusterJobEventsTests(RedisClusterFixture redis) : JobEventsContract
{
    protected override async Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration) =>
        (await RedisStores.OpenAsync((await redis.ClusterAsync()).ConnectionString)).ToSet();
}
