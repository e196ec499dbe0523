using System.Globalization;

namespace Artorizer.LocalServers;

/// <summary>
/// The distributed application on one machine without containers: servers, routers, image engines and workers as processes,
/// each with the environment that the Aspire AppHost would give it. Whatever was started ends with it.
/// </summary>
public sealed class LocalTopology : IAsyncDisposable
{
    private const string Loopback = "127.0.0.1";
    private readonly TopologyOptions _options;
    private readonly string _folder;
    private readonly bool _ownsServers;
    private readonly List<ServiceProcess> _routers = [];
    private readonly List<ServiceProcess> _processors = [];
    private readonly List<ServiceProcess> _workers = [];
    private readonly List<Uri> _addresses = [];
    private readonly List<Uri> _grpcAddresses = [];
    private readonly List<(Uri Grpc, Uri Http)> _engines = [];

    private LocalTopology(TopologyOptions options, TopologyServers servers, string folder)
    {
        (_options, Servers, _folder, _ownsServers) = (options, servers, folder, options.Servers is null);
    }

    /// <summary>Where the services' and the servers' folders are.</summary>
    public string Folder => _folder;

    /// <summary>The servers.</summary>
    public TopologyServers Servers { get; }

    /// <summary>The routers, in the order of <see cref="Addresses"/>.</summary>
    public IReadOnlyList<ServiceProcess> Routers => _routers;

    /// <summary>The image engines.</summary>
    public IReadOnlyList<ServiceProcess> Processors => _processors;

    /// <summary>The workers.</summary>
    public IReadOnlyList<ServiceProcess> Workers => _workers;

    /// <summary>HTTP API of each router.</summary>
    public IReadOnlyList<Uri> Addresses => _addresses;

    /// <summary>gRPC API of each router.</summary>
    public IReadOnlyList<Uri> GrpcAddresses => _grpcAddresses;

    /// <summary>Starts everything and waits until jobs are taken.</summary>
    /// <param name="options">What to start.</param>
    /// <param name="said">Told what is being started.</param>
    /// <param name="cancellationToken">Gives up; what was started is stopped.</param>
    public static async Task<LocalTopology> StartAsync(TopologyOptions options, Action<string> said, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(said);
        var folder = Directory.CreateTempSubdirectory("artorizer-").FullName;
        LocalTopology? topology = null;
        try
        {
            if (options.Servers is null)
            {
                said("Starting Redis, RabbitMQ and an S3 server (Ceph) …");
            }

            var servers = options.Servers ?? await TopologyServers.StartAsync(folder, cancellationToken);
            topology = new LocalTopology(options, servers, folder);
            said($"Starting {options.Routers} router, {options.Processors} processors and {options.Workers} workers …");
            topology.AddServices();
            await Task.WhenAll(topology.Services.Select(service => service.StartAsync(cancellationToken)));
            return topology;
        }
        catch
        {
            if (topology is not null)
            {
                await topology.DisposeAsync();
            }
            else
            {
                Directory.Delete(folder, recursive: true);
            }

            throw;
        }
    }

    /// <summary>Services and servers that have ended by themselves.</summary>
    public IEnumerable<LocalProcess> Ended() =>
        ((LocalProcess[])[Servers.Cache, Servers.Queue, Servers.Storage, .. Services]).Where(process => process.HasEnded);

    /// <summary>Adds a worker and starts it.</summary>
    public async Task<ServiceProcess> AddWorkerAsync(CancellationToken cancellationToken)
    {
        var worker = AddWorker();
        await worker.StartAsync(cancellationToken);
        return worker;
    }

    /// <summary>
    /// Stops what was started: the routers first, so that nothing new comes in, then the workers, which finish what they have
    /// begun, then the engines and the servers.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var group in new[] { _routers, _workers, _processors })
        {
            await Task.WhenAll(group.Select(service => service.DisposeAsync().AsTask()));
        }

        if (_ownsServers)
        {
            await Servers.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<ServiceProcess> Services => [.. _processors, .. _workers, .. _routers];

    private void AddServices()
    {
        for (var i = 0; i < _options.Processors; i++)
        {
            var addresses = LocalProcess.FreePorts(2).Select(port => Url(Loopback, port)).ToArray();
            _engines.Add((addresses[0], addresses[1]));
            _processors.Add(Service("Processor", _processors.Count, addresses[1], Endpoints(addresses[1], addresses[0])));
        }

        for (var i = 0; i < _options.Workers; i++)
        {
            AddWorker();
        }

        for (var i = 0; i < _options.Routers; i++)
        {
            AddRouter();
        }
    }

    private void AddRouter()
    {
        var free = LocalProcess.FreePorts(2);
        var first = _routers.Count == 0;
        var http = Url(_options.Address, first && _options.Port != 0 ? _options.Port : free[0]);
        var grpc = Url(_options.Address, first && _options.GrpcPort != 0 ? _options.GrpcPort : free[1]);
        _addresses.Add(http);
        _grpcAddresses.Add(grpc);
        var local = _options.Address is "*" or "+" or "0.0.0.0" or "localhost" ? Url(Loopback, http.Port) : http;
        _routers.Add(Service("Router", _routers.Count, local, Shared(Endpoints(http, grpc))));
    }

    private ServiceProcess AddWorker()
    {
        var address = Url(Loopback, LocalProcess.FreePorts(1)[0]);
        var worker = Service("Worker", _workers.Count, address, Shared(Endpoints(address)));
        _workers.Add(worker);
        return worker;
    }

    private static Dictionary<string, string> Endpoints(Uri http, Uri? grpc = null)
    {
        var environment = new Dictionary<string, string>
        {
            ["Kestrel__Endpoints__http__Url"] = Text(http),
            ["Kestrel__Endpoints__http__Protocols"] = "Http1",
        };
        if (grpc is not null)
        {
            environment["Kestrel__Endpoints__grpc__Url"] = Text(grpc);
            environment["Kestrel__Endpoints__grpc__Protocols"] = "Http2";
        }

        return environment;
    }

    private Dictionary<string, string> Shared(Dictionary<string, string> environment)
    {
        environment["ConnectionStrings__cache"] = Servers.Cache.ConnectionString;
        environment["ConnectionStrings__queue"] = Servers.Queue.ConnectionString;
        environment["ConnectionStrings__s3"] = Servers.Storage.ConnectionString;
        for (var i = 0; i < _engines.Count; i++)
        {
            var number = i.ToString(CultureInfo.InvariantCulture);
            environment[$"services__processor__grpc__{number}"] = Text(_options.ProcessorAddress(_engines[i].Grpc));
            environment[$"services__processor__http__{number}"] = Text(_engines[i].Http);
        }

        return environment;
    }

    private ServiceProcess Service(string project, int index, Uri address, Dictionary<string, string> environment)
    {
        var (role, number) = (project.ToLowerInvariant(), (index + 1).ToString(CultureInfo.InvariantCulture));
        environment["OTEL_SERVICE_NAME"] = role;
        environment["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={role}-{number}";
        foreach (var (name, value) in _options.Environment)
        {
            environment[name] = value;
        }

        return new ServiceProcess($"{role}-{number}", _folder, Path.Combine(_options.Programs, $"Artorizer.{project}.dll"), environment, new Uri(address, "health/ready"));
    }

    private static Uri Url(string host, int port) => new($"http://{(host is "*" or "+" ? "0.0.0.0" : host)}:{port.ToString(CultureInfo.InvariantCulture)}/");

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
