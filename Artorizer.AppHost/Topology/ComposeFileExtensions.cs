using Aspire.Hosting.Docker.Resources;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes.Swarm;

namespace Artorizer.AppHost.Topology;

/// <summary>Publishes the topology as a Docker Compose file.</summary>
internal static class ComposeFileExtensions
{
    private const int DashboardPort = 18888;
    private const string Restart = "unless-stopped";

    // Longer than a worker takes to end its jobs; Compose would kill it after 10 s.
    private const string StopGracePeriod = "40s";

    /// <summary>
    /// Adds the Compose file, with the dashboard. The model's replicas, health checks and waits have no counterpart in what
    /// is written of itself, so that they are added here.
    /// </summary>
    public static void AddComposeFile(this IDistributedApplicationBuilder builder, TopologySettings settings) => builder
        .AddDockerComposeEnvironment("compose")
        .WithDashboard(static dashboard => dashboard.WithHostPort(DashboardPort))
        .ConfigureComposeFile(file => Complete(file, settings));

    private static void Complete(ComposeFile file, TopologySettings settings)
    {
        Check(file.Services["cache"], "CMD-SHELL", "redis-cli -a \"$$REDIS_PASSWORD\" --no-auth-warning ping | grep -q PONG");
        Check(file.Services["queue"], "CMD", "rabbitmq-diagnostics", "-q", "check_port_connectivity");
        Check(file.Services["storage"], "CMD", "mc", "ready", "local");
        Check(file.Services["router"], Ready(8080));
        Check(file.Services["worker"], Ready(8080));
        Check(file.Services["processor"], Ready(8081));

        Scale(file.Services["router"], settings.Routers);
        Scale(file.Services["worker"], settings.Workers);
        Scale(file.Services["processor"], settings.Processors);

        foreach (var service in file.Services.Values)
        {
            service.Restart ??= Restart;
            foreach (var (name, dependency) in service.DependsOn)
            {
                if (file.Services[name].Healthcheck is not null)
                {
                    dependency.Condition = "service_healthy";
                }
            }
        }
    }

    // The images have a shell, but no HTTP client.
    private static string[] Ready(int port) =>
    [
        "CMD",
        "bash",
        "-c",
        $"exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET {ServiceEndpoints.ReadyPath} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '",
    ];

    private static void Check(Service service, params string[] test) => service.Healthcheck = new Healthcheck
    {
        Test = [.. test],
        Interval = "10s",
        Timeout = "5s",
        Retries = 6,
        StartPeriod = "30s",
    };

    private static void Scale(Service service, int replicas)
    {
        service.Deploy = new Deploy { Replicas = replicas };
        service.StopGracePeriod = StopGracePeriod;
    }
}
