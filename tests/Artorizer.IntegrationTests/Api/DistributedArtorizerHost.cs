using Artorizer.IntegrationTests.Distributed;
using Artorizer.LocalServers;

namespace Artorizer.IntegrationTests.Api;

/// <summary>
/// A router, a worker and an image engine as processes of their own, on servers that all hosts of the run share. What belongs
/// to a data folder has names of its own on the servers, so that hosts do not see each other, and one that is started on
/// the folder again finds its jobs.
/// </summary>
public sealed class DistributedArtorizerHost : ArtorizerHost
{
    private readonly LocalTopology _topology;
    private readonly bool _ownsData;
    private bool _stopped;

    private DistributedArtorizerHost(LocalTopology topology, string data, bool ownsData)
        : base(data, topology.Addresses[0], topology.GrpcAddresses[0])
    {
        (_topology, _ownsData) = (topology, ownsData);
    }

    public override int ProcessId => _topology.Routers[0].ProcessId!.Value;

    public override string Output => string.Join('\n', _topology.Routers.Concat(_topology.Workers).Concat(_topology.Processors)
        .Where(service => File.Exists(service.LogFile))
        .Select(service => $"== {service.Name}\n{File.ReadAllText(service.LogFile)}"));

    public static async Task<DistributedArtorizerHost> LaunchAsync(IReadOnlyDictionary<string, string?> settings, string? data)
    {
        var folder = data ?? Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        var name = Path.GetFileName(folder).ToLowerInvariant();
        var environment = settings.ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value ?? "");
        environment["Redis__KeyPrefix"] = $"{{{name}}}";
        environment["RabbitMq__Prefix"] = name;
        environment["S3__Bucket"] = name;
        environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        var topology = await LocalTopology.StartAsync(
            new TopologyOptions { Programs = Programs, Servers = await DistributedServers.GetAsync(), Processors = 1, Workers = 1, Environment = environment },
            _ => { },
            CancellationToken.None);
        return new DistributedArtorizerHost(topology, folder, ownsData: data is null);
    }

    public override async Task<int> StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await _topology.DisposeAsync();
        }

        return 0;
    }

    public override Task KillAsync() => Task.WhenAll(
        _topology.Routers.Concat(_topology.Workers).Concat(_topology.Processors).Select(service => service.KillAsync()));

    public override async ValueTask DisposeAsync()
    {
        await StopAsync();
        await base.DisposeAsync();
        if (_ownsData)
        {
            Directory.Delete(Data, recursive: true);
        }
    }
}
