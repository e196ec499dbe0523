using System.Security.Cryptography;
using Artorizer.IntegrationTests.Engine;
using Artorizer.IntegrationTests.Telemetry;
using Artorizer.LocalServers;
using Artorizer.Testing.Topology;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>Two routers, two workers and two image engines on the shared servers, telling what they do to a receiver.</summary>
public sealed class TopologyFixture(EngineFixture engine) : IAsyncLifetime
{
    private readonly List<HttpClient> _clients = [];
    private readonly string _name = $"shared-{Guid.NewGuid():N}";

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

    /// <summary>The servers that the services share with other tests.</summary>
    public TopologyServers Servers { get; private set; } = null!;

    public OtlpReceiver Receiver { get; private set; } = null!;

    /// <summary>A client of each router.</summary>
    public IReadOnlyList<HttpClient> Clients
    {
        get
        {
            DistributedServers.RequireInstalled();
            return _clients;
        }
    }

    /// <summary>Where a test's own queue finds that of the services.</summary>
    public IReadOnlyDictionary<string, string?> QueueSettings => new Dictionary<string, string?>
    {
        ["ConnectionStrings:queue"] = Servers.Queue.ConnectionString,
        ["RabbitMq:Prefix"] = _name,
    };

    /// <summary>Settings as environment, with names of their own on the shared servers.</summary>
    public static Dictionary<string, string> Environment(string name, IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var environment = (settings ?? []).ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value ?? "");
        environment["Redis__KeyPrefix"] = $"{{{name}}}";
        environment["RabbitMq__Prefix"] = name;
        environment["S3__Bucket"] = name;
        return environment;
    }

    /// <summary>A client of a router.</summary>
    public static HttpClient NewClient(Uri address) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(2),
    };

    /// <summary>A small picture that was never sent before.</summary>
    public byte[] Picture(string name = "small.jpg") => Pictures.Fresh(File.ReadAllBytes(engine.PathOf(name)));

    /// <summary>A picture of some size that was never sent before: a small JPEG with bytes after its end, which decoders pass over.</summary>
    public byte[] Large(int size)
    {
        var picture = Picture();
        return [.. picture, .. RandomNumberGenerator.GetBytes(size - picture.Length)];
    }

    public async ValueTask InitializeAsync()
    {
        if (TopologyServers.Missing.Count > 0)
        {
            return;
        }

        Receiver = await OtlpReceiver.StartAsync(CancellationToken.None);
        Servers = await DistributedServers.GetAsync();
        Topology = await AppTopology.StartAsync(
            new AppTopologyOptions { Servers = Servers, Routers = 2, Environment = Environment(_name, Receiver.Settings) }, CancellationToken.None);
        _clients.AddRange(Topology.Addresses.Select(NewClient));
    }

    public async ValueTask DisposeAsync()
    {
        if (TopologyServers.Missing.Count > 0)
        {
            return;
        }

        _clients.ForEach(client => client.Dispose());
        await Topology.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
