namespace Artorizer.IntegrationTests.Stores.Embedded;

public sealed class EmbeddedJobStoreTests : JobStoreContract
{
    protected override Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration) => EmbeddedStoreSet.CreateAsync(leaseDuration);
}

public sealed class EmbeddedJobSubmissionTests : JobSubmissionContract
{
    protected override Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration) => EmbeddedStoreSet.CreateAsync(leaseDuration);
}

public sealed class EmbeddedJobQueueTests : JobQueueContract
{
    protected override Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration) => EmbeddedStoreSet.CreateAsync(leaseDuration);
}

public sealed class EmbeddedJobQueueExpiryTests : JobQueueExpiryContract
{
    protected override Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration) => EmbeddedStoreSet.CreateAsync(leaseDuration);
}

public sealed class EmbeddedJobEventsTests : JobEventsContract
{
    protected override Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration) => EmbeddedStoreSet.CreateAsync(leaseDuration);
}

public sealed class EmbeddedObjectStoreTests : ObjectStoreContract
{
    protected override Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration) => EmbeddedStoreSet.CreateAsync(leaseDuration);
}
