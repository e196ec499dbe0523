using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Artorizer.Processor.Engine;

/// <summary>Healthy while jobs are let in; degraded, but serving, while further ones are refused. Says which library and formats are there.</summary>
internal sealed class EngineHealthCheck(EngineGate gate, EngineCapabilities capabilities) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var summary = capabilities.Describe().Summary;
        return Task.FromResult(gate.IsFull ? HealthCheckResult.Degraded("The image engine is busy. " + summary) : HealthCheckResult.Healthy(summary));
    }
}
