using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Artorizer.ServiceDefaults.Telemetry;

/// <summary>
/// Finishes the spans of incoming requests by OpenTelemetry's conventions for HTTP servers, and keeps probes and metric
/// scrapes out of the traces: they come every few seconds and say nothing.
/// </summary>
/// <remarks>
/// Runs around the rest of the pipeline, so that spans below a probe's are left out too. A sampler would have to be set in
/// code, which switches <c>OTEL_TRACES_SAMPLER</c> off, and a processor would see the request only after its children were
/// exported. The query string is no attribute: signatures and keys travel in it.
/// </remarks>
internal sealed class RequestTracing : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static (HttpContext context, RequestDelegate following) =>
        {
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span)
            {
                return following(context);
            }

            if (IsProbe(context.Request.Path))
            {
                span.IsAllDataRequested = false;
                span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
                return following(context);
            }

            return TraceAsync(span, context, following);
        });
        next(app);
    };

    private static async Task TraceAsync(Activity span, HttpContext context, RequestDelegate following)
    {
        try
        {
            await following(context);
            Finish(span, context, context.Response.StatusCode);
        }
        catch (Exception exception)
        {
            // The server answers 500 if it still can. A caller who left is no fault of ours.
            if (!context.RequestAborted.IsCancellationRequested)
            {
                span.SetTag("error.type", exception.GetType().FullName);
                span.SetStatus(ActivityStatusCode.Error);
            }

            Finish(span, context, context.Response.HasStarted ? context.Response.StatusCode : StatusCodes.Status500InternalServerError);
            throw;
        }
    }

    private static void Finish(Activity span, HttpContext context, int status)
    {
        var route = context.GetEndpoint()?.Metadata.GetMetadata<IRouteDiagnosticsMetadata>()?.Route;
        if (route is not null)
        {
            span.SetTag("http.route", route);
        }

        span.SetTag("network.protocol.version", context.Request.Protocol.Replace("HTTP/", string.Empty, StringComparison.Ordinal));
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError && span.GetTagItem("error.type") is null
            && !context.RequestAborted.IsCancellationRequested)
        {
            span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
            span.SetStatus(ActivityStatusCode.Error);
        }

        // Not the path: names are for grouping. Methods of the caller's own making would have no end either.
        var method = span.GetTagItem("http.request.method") is string known and not "_OTHER" ? known : "HTTP";
        span.DisplayName = route is null ? method : $"{method} {route}";
    }

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/alive", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/metrics", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal);
}
