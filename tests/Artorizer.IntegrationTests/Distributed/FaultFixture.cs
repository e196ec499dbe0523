using Artorizer.IntegrationTests.Engine;
using Artorizer.IntegrationTests.Uploads;
using Artorizer.LocalServers;
using Artorizer.Testing.Topology;
using Aspire.Hosting.Testing;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>
/// A router, two workers and two image engines on servers of their own, with a network between
/// workers and engines that can be cut.
/// </summary>
public sealed class FaultFixture(EngineFixture engine) : IAsyncLifetime
{
    private readonly BreakingProxy _network = new(Nowhere, []);
    private static readonly Uri Nowhere = new("http://127.0.0.1:1/");
    private Uri _engines = Nowhere;
    private readonly string _name = $"faults-{Guid.NewGuid():N}";

    /// <summary>The processes; a test that asks for them where a server is missing is skipped.</summary>
    public AppTopology Topology
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
    public IReadOnlyDictionary<string, string?> StoreSettings { get; private set; } = new Dictionary<string, string?>();

    /// <summary>A small picture that was never sent before.</summary>
    public byte[] Picture() => Pictures.Fresh(File.ReadAllBytes(engine.PathOf("tiny.png")));

    /// <summary>Whether workers reach the image engines.</summary>
    public Task SetNetworkAsync(bool connected)
    {
        _network.Target = connected ? _engines : Nowhere;
        if (!connected)
        {
            _network.Break();
        }

        return Task.CompletedTask;
    }

    public async ValueTask InitializeAsync()
    {
        if (TopologyServers.Missing.Count > 0)
        {
            return;
        }

        Topology = await AppTopology.StartAsync(
            new AppTopologyOptions
            {
                Environment = TopologyFixture.Environment(_name, new Dictionary<string, string?> { ["Worker:Concurrency"] = "4" }),
                EngineAddress = _network.Address,
            },
            CancellationToken.None);
        _engines = Topology.App.GetEndpoint("processor", "grpc");
        await SetNetworkAsync(connected: true);
        StoreSettings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:cache"] = await Topology.ConnectionStringAsync("cache", CancellationToken.None),
            ["ConnectionStrings:queue"] = await Topology.ConnectionStringAsync("queue", CancellationToken.None),
            ["Redis:KeyPrefix"] = $"{{{_name}}}",
            ["RabbitMq:Prefix"] = _name,
        };
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
        await _network.DisposeAsync();
    }
}
