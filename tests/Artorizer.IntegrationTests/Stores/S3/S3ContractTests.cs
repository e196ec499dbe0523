namespace Artorizer.IntegrationTests.Stores.S3;

public sealed class S3ObjectStoreTests(S3Fixture server) : ObjectStoreContract
{
    protected override async Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration)
    {
        var bucket = await server.BucketAsync();
        return new StoreSet { Objects = bucket.Store, Close = bucket.DisposeAsync };
    }
}
