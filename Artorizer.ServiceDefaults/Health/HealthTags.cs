namespace Artorizer.ServiceDefaults.Health;

/// <summary>The tags that put a health check behind a probe.</summary>
public static class HealthTags
{
    /// <summary>The process works at all. A failure means: restart it.</summary>
    public const string Live = "live";

    /// <summary>The service can do its work, with all it needs. A failure means: send no requests for now.</summary>
    public const string Ready = "ready";

    /// <summary>The check's description holds nothing secret: <c>/health</c> shows it to everyone.</summary>
    public const string Public = "public";
}
