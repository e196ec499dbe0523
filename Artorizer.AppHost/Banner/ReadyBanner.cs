using System.Diagnostics;
using Artorizer.AppHost.Topology;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Artorizer.AppHost.Banner;

/// <summary>Tells on the console where everything is, once jobs are taken.</summary>
internal sealed class ReadyBanner(
    ProjectResource service,
    TopologySettings settings,
    ResourceNotificationService resources,
    DistributedApplicationOptions options,
    IConfiguration configuration) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await resources.WaitForResourceHealthyAsync(service.Name, stoppingToken);
        using var process = Process.GetCurrentProcess();
        var elapsed = DateTime.Now - process.StartTime;
        var (page, grpc) = (service.GetEndpoint("http").Url, service.GetEndpoint("grpc").Url);
        Console.WriteLine($"""

              Artorizer is ready ({settings.Servers.ToString().ToLowerInvariant()}, after {elapsed.TotalSeconds:0} s).

                Web page   {page}/
                HTTP API   {page}/openapi/v1.json
                gRPC       {grpc}
                Dashboard  {Dashboard() ?? "off"}
                {Kept()}

              Try it:

                curl -F image=@picture.jpg -F artist_name='Ada' -F artwork_title='First light' {page}/protect

              Ctrl-C stops everything.

            """);
    }

    private string Kept() => settings.Servers switch
    {
        ServerKind.Embedded => $"Data       {settings.Data}",
        ServerKind.Local => "Data       in the servers of this run; nothing is kept when it ends",
        _ => "Data       on volumes; what was accepted is kept",
    };

    // With the token that logs a browser in.
    private string? Dashboard()
    {
        if (options.DisableDashboard
            || configuration["ASPNETCORE_URLS"]?.Split(';', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() is not { } address)
        {
            return null;
        }

        return configuration["AppHost:BrowserToken"] is { Length: > 0 } token ? $"{address}/login?t={token}" : address;
    }
}
