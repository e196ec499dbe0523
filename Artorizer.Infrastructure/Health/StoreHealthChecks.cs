using Artorizer.Jobs;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Artorizer.Infrastructure.Health;

/// <summary>Whether job state can be read.</summary>
internal sealed class JobStoreHealthCheck(IJobStore jobs) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await jobs.CountAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}

/// <summary>Whether the queue answers.</summary>
internal sealed class QueueHealthCheck(IJobQueue queue) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var depth = await queue.GetDepthAsync(cancellationToken);
        return HealthCheckResult.Healthy($"{depth.Backlog} waiting or running, {depth.Dead} dead letters");
    }
}

/// <summary>Whether the object store answers.</summary>
internal sealed class ObjectStoreHealthCheck(IObjectStore objects) : IHealthCheck
{
    private const string ProbeKey = "health/probe";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await objects.StatAsync(ProbeKey, cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
