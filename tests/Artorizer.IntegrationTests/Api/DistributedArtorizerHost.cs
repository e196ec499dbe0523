using Artorizer.IntegrationTests.Distributed;
using Artorizer.Testing.Topology;

namespace Artorizer.IntegrationTests.Api;

/// <summary>
/// A router, a worker and an image engine as processes of their own, on servers that all hosts of the run share. What belongs
/// to a data folder has names of its own on the servers, so that hosts do not see each other, and one that is started on
/// the folder again finds its jobs.
/// </summary>
public sealed class DistributedArtorizerHost : ArtorizerHost
{
    private readonly AppTopology _topology;
    private readonly bool _ownsData;
    private bool _stopped;

    private DistributedArtorizerHost(AppTopology topology, string data, bool ownsData)
        : base(data, topology.Addresses[0], topology.GrpcAddresses[0])
    {
        (_topology, _ownsData) = (topology, ownsData);
    }

    public override int ProcessId => _topology.Routers[0].ProcessId!.Value;

    public override string Output => string.Join('\n', _topology.Routers.Concat(_topology.Workers).Concat(_topology.Processors)
        .Select(instance => $"== {instance.Id}\n{instance.Output}"));

    public static async Task<DistributedArtorizerHost> LaunchAsync(IReadOnlyDictionary<string, string?> settings, string? data)
    {
        var folder = data ?? Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        var name = Path.GetFileName(folder).ToLowerInvariant();
        var environment = settings.ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value ?? "");
        environment["Redis__KeyPrefix"] = $"{{{name}}}";
        environment["RabbitMq__Prefix"] = name;
        environment["S3__Bucket"] = name;
        environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        var topology = await AppTopology.StartAsync(
            new AppTopologyOptions { Servers = await DistributedServers.GetAsync(), Processors = 1, Workers = 1, Environment = environment },
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
        _topology.Routers.Concat(_topology.Workers).Concat(_topology.Processors).Select(instance => instance.KillAsync()));

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
