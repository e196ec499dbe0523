namespace Artorizer.Testing.Topology;

/// <summary>What an <see cref="AppTopology"/> consists of.</summary>
public sealed record AppTopologyOptions
{
    /// <summary>Servers that run already; the model starts its own local ones where this is <see langword="null"/>.</summary>
    public LocalServers.TopologyServers? Servers { get; init; }

    /// <summary>How many routers.</summary>
    public int Routers { get; init; } = 1;

    /// <summary>How many image engines.</summary>
    public int Processors { get; init; } = 2;

    /// <summary>How many workers.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Further environment of every service, such as <c>Worker__Concurrency</c>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Address at which routers and workers reach the image engines, in place of the model's; for a proxy in between.</summary>
    public Uri? EngineAddress { get; init; }
}
