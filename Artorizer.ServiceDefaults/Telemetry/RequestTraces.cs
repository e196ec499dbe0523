using Microsoft.AspNetCore.Http;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace Artorizer.ServiceDefaults.Telemetry;

/// <summary>
/// Which incoming requests are traced: all but probes and metric scrapes, which come every few seconds and say nothing. The
/// default sampler, and every one that is based on the parent, leaves out the spans below them too.
/// </summary>
internal static class RequestTraces
{
    public static void Configure(AspNetCoreTraceInstrumentationOptions options)
    {
        options.Filter = static context => !IsProbe(context.Request.Path);

        // Signatures and keys travel in it. The library hides the values, but not what has no name.
        options.EnrichWithHttpRequest = static (span, _) => span.SetTag("url.query", null);
    }

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/alive", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/metrics", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal);
}
