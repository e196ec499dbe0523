using Artorizer.IntegrationTests.Distributed;
using Artorizer.LocalServers;

[assembly: AssemblyFixture(typeof(DistributedServers))]

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>Redis, RabbitMQ and an S3 server for all tests of a run; started by the first that asks.</summary>
public sealed class DistributedServers : IAsyncLifetime
{
    private static readonly Lazy<Task<TopologyServers>> Shared = new(() => TopologyServers.StartAsync(null, CancellationToken.None));

    /// <summary>The servers. Tests that stop them start their own.</summary>
    public static Task<TopologyServers> GetAsync()
    {
        RequireInstalled();
        return Shared.Value;
    }

    /// <summary>Skips the test where a server is missing.</summary>
    public static void RequireInstalled() =>
        Assert.SkipUnless(TopologyServers.Missing.Count == 0, $"Not installed: {string.Join(", ", TopologyServers.Missing)}.");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Shared.IsValueCreated)
        {
            await (await Shared.Value).DisposeAsync();
        }
    }
}
