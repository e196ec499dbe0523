using Artorizer.Jobs.Engine;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Artorizer.Router.Health;

/// <summary>Whether an image engine answers. The router takes jobs without one: they wait.</summary>
internal sealed class ProcessorHealthCheck(DirectEngineClient engine) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await engine.IsAliveAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("No image engine answers; jobs wait, synchronous requests fail.");
}
