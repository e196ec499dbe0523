namespace Artorizer.LocalServers;

/// <summary>What a <see cref="LocalTopology"/> consists of.</summary>
public sealed record TopologyOptions
{
    /// <summary>Folder with the assemblies of the services.</summary>
    public required string Programs { get; init; }

    /// <summary>Servers that run already; the topology starts and stops its own where this is <see langword="null"/>.</summary>
    public TopologyServers? Servers { get; init; }

    /// <summary>Host name or address on which the router listens. Everything else listens on 127.0.0.1.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Port of the first router's HTTP API; 0 for a free one. Further routers get free ones.</summary>
    public int Port { get; init; }

    /// <summary>Port of the first router's gRPC API; 0 for a free one.</summary>
    public int GrpcPort { get; init; }

    /// <summary>How many routers.</summary>
    public int Routers { get; init; } = 1;

    /// <summary>How many image engines.</summary>
    public int Processors { get; init; } = 2;

    /// <summary>How many workers.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Further environment of every service, such as <c>Worker__Concurrency</c>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Address at which workers and routers reach an image engine, given its own; for a proxy in between.</summary>
    public Func<Uri, Uri> ProcessorAddress { get; init; } = address => address;
}
