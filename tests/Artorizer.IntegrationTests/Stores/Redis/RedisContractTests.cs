namespace Artorizer.IntegrationTests.Stores.Redis;

public sealed class RedisJobStoreTests(RedisFixture redis) : JobStoreContract
{
    protected override async Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration) =>
        (await RedisStores.OpenAsync((await redis.ServerAsync()).ConnectionString)).ToSet();
}

public sealed class RedisJobEventsTests(RedisFixture redis) : JobEventsContract
{
    protected override async Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration) =>
        (await RedisStores.OpenAsync((await redis.ServerAsync()).ConnectionString)).ToSet();
}
