using Artorizer.Infrastructure.RabbitMq;

namespace Artorizer.IntegrationTests.Stores.RabbitMq;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqJobQueueTests(RabbitMqFixture fixture) : JobQueueContract
{
    protected override Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration)
    {
        var queue = fixture.Open(RabbitMqFixture.NewPrefix());
        return Task.FromResult(new StoreSet { Queue = queue, Close = queue.DisposeAsync });
    }
}

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqQuorumQueueTests(RabbitMqFixture fixture) : JobQueueContract
{
    // Has none before RabbitMQ 4, and two since.
    protected override bool HasTenPriorities => false;

    protected override Task<StoreSet> OpenStoresAsync(TimeSpan leaseDuration)
    {
        var queue = fixture.Open(RabbitMqFixture.NewPrefix(), options => options.QueueType = RabbitMqQueueType.Quorum);
        return Task.FromResult(new StoreSet { Queue = queue, Close = queue.DisposeAsync });
    }
}
