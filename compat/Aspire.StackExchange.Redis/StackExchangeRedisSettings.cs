namespace Aspire.StackExchange.Redis;

/// <summary>Settings of the Redis client.</summary>
public sealed class StackExchangeRedisSettings
{
    /// <summary>Where the server is, and how to reach it, in the client's own comma-separated form.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Whether the connection is left to its first use, rather than opened when the host starts. Default: no.</summary>
    public bool DisableAutoActivation { get; set; }

    /// <summary>Whether no health check is registered. Default: no.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Whether commands leave no spans. Default: no.</summary>
    public bool DisableTracing { get; set; }
}
