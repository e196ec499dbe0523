using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Artorizer.ServiceDefaults.Telemetry;

/// <summary>
/// Keeps health probes and metric scrapes out of the traces: they come every few seconds and say nothing. Runs before the
/// rest of the pipeline, so that spans below the request's are left out too.
/// </summary>
/// <remarks>
/// A sampler would have to be set in code, which switches <c>OTEL_TRACES_SAMPLER</c> off, and a processor would see the
/// request only after its children were exported.
/// </remarks>
internal sealed class ProbeTraceFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static (context, following) =>
        {
            if (IsProbe(context.Request.Path) && Activity.Current is { } activity)
            {
                activity.IsAllDataRequested = false;
                activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            }

            return following(context);
        });
        next(app);
    };

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/alive", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/metrics", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal);
}
