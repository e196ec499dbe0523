using Artorizer.Jobs.Engine;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Artorizer.Router.Health;

/// <summary>Whether an image engine answers, and what it reads and writes. The router takes jobs without one: they wait.</summary>
internal sealed class ProcessorHealthCheck(EngineCatalog catalog) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await catalog.RefreshAsync(cancellationToken) is { } engine
            ? HealthCheckResult.Healthy(engine.Summary)
            : HealthCheckResult.Degraded("No image engine answers; jobs wait, synchronous requests fail.");
}
