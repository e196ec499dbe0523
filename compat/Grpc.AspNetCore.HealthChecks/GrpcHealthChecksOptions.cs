namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Settings of the health service.</summary>
public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which checks make up which service's health; the nameless service is all of them by default.</summary>
    public ServiceMappingCollection Services { get; } = [];

    /// <summary>Whether to answer with what was published last, instead of running the checks; off by default.</summary>
    public bool UseHealthChecksCache { get; set; }

    /// <summary>Whether watches stay open when the application stops; off by default, when they get NOT_SERVING and end.</summary>
    public bool SuppressCompletionOnShutdown { get; set; }
}
