using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Artorizer.Testing.Topology;

/// <summary>The AppHost's model, running on local servers, with its processes at hand.</summary>
public sealed class AppTopology : IAsyncDisposable
{
    // The model holds more than these: the dashboard, and what rebuilds projects.
    private static readonly string[] Names = ["router", "processor", "worker", "cache", "queue", "storage"];
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);
    private readonly DistributedApplication _app;
    private readonly List<AppInstance> _instances = [];
    private readonly CancellationTokenSource _stopping = new();

    private AppTopology(DistributedApplication app) => _app = app;

    /// <summary>The routers, in the order of <see cref="Addresses"/>.</summary>
    public IReadOnlyList<AppInstance> Routers => InstancesOf("router");

    /// <summary>The image engines.</summary>
    public IReadOnlyList<AppInstance> Processors => InstancesOf("processor");

    /// <summary>The workers.</summary>
    public IReadOnlyList<AppInstance> Workers => InstancesOf("worker");

    /// <summary>Redis, if the model started it.</summary>
    public AppInstance Cache => InstancesOf("cache")[0];

    /// <summary>RabbitMQ, if the model started it.</summary>
    public AppInstance Queue => InstancesOf("queue")[0];

    /// <summary>The S3 server, if the model started it.</summary>
    public AppInstance Storage => InstancesOf("storage")[0];

    /// <summary>HTTP API of each router.</summary>
    public IReadOnlyList<Uri> Addresses => [.. Routers.Select(static router => router.Address("http"))];

    /// <summary>gRPC API of each router.</summary>
    public IReadOnlyList<Uri> GrpcAddresses => [.. Routers.Select(static router => router.Address("grpc"))];

    /// <summary>The running application.</summary>
    public DistributedApplication App => _app;

    /// <summary>Starts the model and waits until every instance is ready.</summary>
    /// <param name="options">What to start.</param>
    /// <param name="cancellationToken">Gives up; what was started is stopped.</param>
    public static async Task<AppTopology> StartAsync(AppTopologyOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Artorizer_AppHost>(Arguments(options), cancellationToken);
        builder.Services.AddLogging(static logging => logging.ClearProviders());
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            var service = builder.CreateResourceBuilder(project);
            foreach (var (name, value) in options.Environment)
            {
                service.WithEnvironment(name, value);
            }

            if (options.EngineAddress is { } engine && project.Name != "processor")
            {
                service.WithEnvironment("services__processor__grpc__0", engine.GetLeftPart(UriPartial.Authority));
            }
        }

        var topology = new AppTopology(await builder.BuildAsync(cancellationToken));
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(StartTimeout);
            await topology._app.StartAsync(limit.Token);
            foreach (var name in (string[])["processor", "worker", "router"])
            {
                await topology._app.ResourceNotifications.WaitForResourceHealthyAsync(name, limit.Token);
            }

            await topology.FindInstancesAsync(limit.Token);
            await Task.WhenAll(topology._instances.Select(instance => instance.WaitUntilReadyAsync(limit.Token)));
            return topology;
        }
        catch
        {
            await topology.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connection string of a server, as the services get it.</summary>
    /// <param name="name"><c>cache</c>, <c>queue</c> or <c>s3</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<string> ConnectionStringAsync(string name, CancellationToken cancellationToken) =>
        await _app.GetConnectionStringAsync(name, cancellationToken) ?? throw new InvalidOperationException($"{name} has no connection string.");

    /// <summary>Stops everything that was started.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private static string[] Arguments(AppTopologyOptions options) =>
    [
        "--Artorizer:Servers=local",
        Text($"--Artorizer:Routers={options.Routers}"),
        Text($"--Artorizer:Processors={options.Processors}"),
        Text($"--Artorizer:Workers={options.Workers}"),
        .. options.Servers is not { } servers ? [] : (string[])
        [
            $"--ConnectionStrings:cache={servers.Cache.ConnectionString}",
            $"--ConnectionStrings:queue={servers.Queue.ConnectionString}",
            $"--ConnectionStrings:s3={servers.Storage.ConnectionString}",
        ],
    ];

    private AppInstance[] InstancesOf(string resource) => [.. _instances.Where(instance => instance.Resource == resource)];

    // Replicas are told apart by the ids that the orchestrator gives them; the watch begins with the states that there are.
    private async Task FindInstancesAsync(CancellationToken cancellationToken)
    {
        var model = _app.Services.GetRequiredService<DistributedApplicationModel>();
        var expected = model.Resources.Where(IsProcess).Sum(static r => r.GetReplicaCount());
        var found = new SortedDictionary<string, AppInstance>(StringComparer.Ordinal);
        await foreach (var state in _app.ResourceNotifications.WatchAsync(cancellationToken))
        {
            if (IsProcess(state.Resource) && state.ResourceId != state.Resource.Name)
            {
                found.TryAdd(state.ResourceId, new AppInstance(_app, state.Resource.Name, state.ResourceId));
            }

            if (found.Count == expected)
            {
                break;
            }
        }

        _instances.AddRange(found.Values);
        _instances.ForEach(instance => instance.Follow(_stopping.Token));
    }

    private static bool IsProcess(IResource resource) => resource is ProjectResource or ExecutableResource && Names.Contains(resource.Name);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
