using Artorizer.AppHost.Topology;
using Microsoft.Extensions.DependencyInjection;

namespace Artorizer.AppHost.Banner;

/// <summary>Adds the banner.</summary>
internal static class BannerExtensions
{
    /// <summary>Has the console tell where everything is, once the service takes jobs.</summary>
    public static IResourceBuilder<ProjectResource> WithBanner(this IResourceBuilder<ProjectResource> service, TopologySettings settings)
    {
        if (service.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            Console.WriteLine($"Starting Artorizer ({settings.Servers.ToString().ToLowerInvariant()}) …");
            service.ApplicationBuilder.Services.AddHostedService(provider =>
                ActivatorUtilities.CreateInstance<ReadyBanner>(provider, service.Resource, settings));
        }

        return service;
    }
}
