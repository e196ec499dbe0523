using System.Text;
using Artorizer.ServiceDefaults.Prometheus;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves metrics to Prometheus.</summary>
public static class PrometheusEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a scrape target in text format 0.0.4. Needs <c>AddPrometheusMetrics</c>. Who may read it is for the caller to say,
    /// on what is returned.
    /// </summary>
    /// <exception cref="InvalidOperationException"><c>AddPrometheusMetrics</c> was not called.</exception>
    public static IEndpointConventionBuilder MapPrometheusMetrics(this IEndpointRouteBuilder endpoints, string path = "/metrics")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var metrics = endpoints.ServiceProvider.GetRequiredService<PrometheusMetrics>();

        return endpoints.MapGet(path, async context =>
        {
            var page = Encoding.UTF8.GetBytes(metrics.Collect());
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            context.Response.ContentLength = page.Length;
            await context.Response.Body.WriteAsync(page, context.RequestAborted);
        })
        .WithDisplayName(path)
        .ExcludeFromDescription()
        .DisableHttpMetrics();
    }
}
