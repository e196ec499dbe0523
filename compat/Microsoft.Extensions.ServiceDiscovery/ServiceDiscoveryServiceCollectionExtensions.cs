using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds service discovery to a container.</summary>
public static class ServiceDiscoveryServiceCollectionExtensions
{
    /// <summary>Adds service discovery by configuration, with pass-through for what is not configured.</summary>
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services) =>
        services.AddServiceDiscovery(static _ => { });

    /// <summary>Adds service discovery by configuration, with pass-through for what is not configured.</summary>
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services, Action<ServiceDiscoveryOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configureOptions);

        services.AddOptions();
        services.Configure(configureOptions);
        services.TryAddSingleton(static provider => new ServiceEndpointResolver(
            provider.GetRequiredService<IConfiguration>(),
            provider.GetRequiredService<IOptions<ServiceDiscoveryOptions>>()));

        return services;
    }
}
