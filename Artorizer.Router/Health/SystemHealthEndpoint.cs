using System.Globalization;
using System.Reflection;
using Artorizer.Contracts.Api;
using Artorizer.Jobs.Queue;
using Artorizer.Router.Negotiation;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Artorizer.Router.Health;

/// <summary><c>GET /health</c>: every component, in the body that both older contracts read. Detail is for authorised callers.</summary>
internal static class SystemHealthEndpoint
{
    private static readonly string Version =
        typeof(SystemHealthEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static void MapHealth(this IEndpointRouteBuilder routes) => routes
        .MapGet("/health", GetAsync)
        .AllowAnonymous()
        .WithTags("Health")
        .WithSummary("State of every component")
        .Produces<HealthView>().Produces<HealthView>(503);

    private static async Task<IResult> GetAsync(HttpContext http, HealthCheckService health, IJobQueue queue, TimeProvider time)
    {
        var report = await health.CheckHealthAsync(http.RequestAborted);
        var storesUp = report.Entries.All(e => e.Value.Status != HealthStatus.Unhealthy);
        var depth = storesUp ? await queue.GetDepthAsync(http.RequestAborted) : new QueueDepth(0, 0, 0, 0);
        var view = new HealthView
        {
            Status = Name(report.Status),
            QueueSize = depth.Backlog,
            Timestamp = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            Workers = (int)depth.Consumers,
            Version = Version,
            Components = http.User.Identity is { IsAuthenticated: true }
                ? report.Entries.ToDictionary(e => e.Key, e => Component(e.Value))
                : null,
        };
        var isDown = report.Status == HealthStatus.Unhealthy;
        return new WireResult<HealthView>(view, isDown ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static ComponentView Component(HealthReportEntry entry) =>
        new(Name(entry.Status), entry.Description, Math.Round(entry.Duration.TotalMilliseconds, 2));

    private static string Name(HealthStatus status) => status.ToString().ToLowerInvariant();
}
