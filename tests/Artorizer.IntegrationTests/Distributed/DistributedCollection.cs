namespace Artorizer.IntegrationTests.Distributed;

/// <summary>Tests that run many processes at once; nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(DistributedCollection), DisableParallelization = true)]
public sealed class DistributedCollection : ICollectionFixture<TopologyFixture>;
