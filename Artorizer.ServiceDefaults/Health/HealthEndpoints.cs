using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Artorizer.ServiceDefaults.Health;

/// <summary>The probes over HTTP.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints, bool mapHealth)
    {
        Map(endpoints, "/alive", HealthTags.Live, "alive", "not_alive");
        Map(endpoints, "/health/live", HealthTags.Live, "alive", "not_alive");
        Map(endpoints, "/health/ready", HealthTags.Ready, "ready", "not_ready");
        if (mapHealth)
        {
            Map(endpoints, "/health", string.Empty, "healthy", "unhealthy");
        }
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, string tag, string passed, string failed)
    {
        var probes = endpoints.ServiceProvider.GetRequiredService<HealthProbes>();

        endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], AnswerAsync)
            .WithDisplayName(path)
            .ExcludeFromDescription()
            .AllowAnonymous()
            .DisableHttpMetrics()
            // Probes pass no rate limit and no authentication: a busy service is not a dead one.
            .ShortCircuit();

        async Task AnswerAsync(HttpContext context)
        {
            var report = await probes.CheckAsync(tag, context.RequestAborted);
            var isUp = report.Status != HealthStatus.Unhealthy;
            var details = tag.Length == 0 ? Details(report) : null;
            var answer = isUp
                ? new ProbeAnswer(passed, Details: details)
                : new ProbeAnswer(failed, [.. report.Entries
                    .Where(static entry => entry.Value.Status == HealthStatus.Unhealthy)
                    .Select(static entry => entry.Key)
                    .Order(StringComparer.Ordinal)],
                    details);

            context.Response.StatusCode = isUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.CacheControl = "no-store";

            // With its length, which HEAD is told as well.
            var body = JsonSerializer.SerializeToUtf8Bytes(answer, HealthJsonContext.Default.ProbeAnswer);
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static Dictionary<string, string>? Details(HealthReport report)
    {
        // Of a check that threw, the description is the exception's message.
        var details = report.Entries
            .Where(static entry => entry.Value.Tags.Contains(HealthTags.Public) && entry.Value is { Exception: null, Description: not null })
            .ToDictionary(static entry => entry.Key, static entry => entry.Value.Description!);
        return details.Count > 0 ? details : null;
    }
}
