namespace Artorizer.Contracts.Api;

/// <summary>Answer to <c>GET /health</c>; one body serves both older contracts.</summary>
public sealed record HealthView
{
    /// <summary><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Jobs that wait or run.</summary>
    public long QueueSize { get; init; }

    /// <summary>ISO 8601, UTC.</summary>
    public required string Timestamp { get; init; }

    /// <summary>Jobs that can run at once.</summary>
    public int Workers { get; init; }

    /// <summary>Version of the router.</summary>
    public string? Version { get; init; }

    /// <summary>State of each part, by name.</summary>
    public Dictionary<string, ComponentView>? Components { get; init; }
}
