using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Artorizer.Processor.Engine;

/// <summary>Healthy while jobs are let in; degraded, but serving, while further ones are refused.</summary>
internal sealed class EngineHealthCheck(EngineGate gate) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(gate.IsFull ? HealthCheckResult.Degraded("The image engine is busy.") : HealthCheckResult.Healthy());
}
