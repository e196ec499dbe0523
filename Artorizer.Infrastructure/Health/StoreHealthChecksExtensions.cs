using Artorizer.Infrastructure.Health;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Health of what a service keeps its state in.</summary>
public static class StoreHealthChecksExtensions
{
    /// <summary>Adds the checks <c>jobs</c>, <c>queue</c> and <c>objects</c>: each asks its store for something that costs little.</summary>
    /// <param name="checks">Where to add.</param>
    /// <param name="tags">What the checks are tagged with.</param>
    public static IHealthChecksBuilder AddStoreChecks(this IHealthChecksBuilder checks, params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(checks);
        return checks
            .AddCheck<JobStoreHealthCheck>("jobs", tags: tags)
            .AddCheck<QueueHealthCheck>("queue", tags: tags)
            .AddCheck<ObjectStoreHealthCheck>("objects", tags: tags);
    }
}
