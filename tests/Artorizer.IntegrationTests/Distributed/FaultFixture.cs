using System.Collections.Concurrent;
using Artorizer.IntegrationTests.Api;
using Artorizer.IntegrationTests.Engine;
using Artorizer.IntegrationTests.Uploads;
using Artorizer.LocalServers;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>A router, two workers and two image engines on servers of their own, with a network between workers and engines that can be cut.</summary>
public sealed class FaultFixture(EngineFixture engine) : IAsyncLifetime
{
    private readonly ConcurrentDictionary<Uri, BreakingProxy> _network = new();
    private readonly string _name = $"faults-{Guid.NewGuid():N}";

    /// <summary>The processes; a test that asks for them where a server is missing is skipped.</summary>
    public LocalTopology Topology
    {
        get
        {
            DistributedServers.RequireInstalled();
            return field;
        }

        private set;
    } = null!;

    public HttpClient Client
    {
        get
        {
            DistributedServers.RequireInstalled();
            return field;
        }

        private set;
    } = null!;

    /// <summary>Where the tests' own stores find what the services have stored.</summary>
    public IReadOnlyDictionary<string, string?> StoreSettings => new Dictionary<string, string?>
    {
        ["ConnectionStrings:cache"] = Topology.Servers.Cache.ConnectionString,
        ["ConnectionStrings:queue"] = Topology.Servers.Queue.ConnectionString,
        ["Redis:KeyPrefix"] = $"{{{_name}}}",
        ["RabbitMq:Prefix"] = _name,
    };

    /// <summary>A small picture that was never sent before.</summary>
    public byte[] Picture() => Pictures.Fresh(File.ReadAllBytes(engine.PathOf("tiny.png")));

    /// <summary>Whether workers reach the image engines.</summary>
    public void SetNetwork(bool connected)
    {
        foreach (var (address, proxy) in _network)
        {
            proxy.Target = connected ? address : new Uri("http://127.0.0.1:1/");
            if (!connected)
            {
                proxy.Break();
            }
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (TopologyServers.Missing.Count > 0)
        {
            return;
        }

        Topology = await LocalTopology.StartAsync(
            new TopologyOptions
            {
                Programs = ArtorizerHost.Programs,
                Environment = TopologyFixture.Environment(_name, new Dictionary<string, string?> { ["Worker:Concurrency"] = "4" }),
                ProcessorAddress = address => _network.GetOrAdd(address, static target => new BreakingProxy(target, [])).Address,
            },
            _ => { },
            CancellationToken.None);
        Client = TopologyFixture.NewClient(Topology.Addresses[0]);
    }

    public async ValueTask DisposeAsync()
    {
        if (TopologyServers.Missing.Count > 0)
        {
            return;
        }

        Client.Dispose();
        await Topology.DisposeAsync();
        await Task.WhenAll(_network.Values.Select(proxy => proxy.DisposeAsync().AsTask()));
    }
}
