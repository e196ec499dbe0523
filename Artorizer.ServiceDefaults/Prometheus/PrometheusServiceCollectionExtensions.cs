using Artorizer.ServiceDefaults.Prometheus;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds metrics for Prometheus.</summary>
public static class PrometheusServiceCollectionExtensions
{
    /// <summary>
    /// Collects the measurements of the process's meters named <c>Artorizer.*</c> from when the host starts. An instrument
    /// without measurements has a type but no sample; one that must show 0 from the start adds 0 once.
    /// </summary>
    public static IServiceCollection AddPrometheusMetrics(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        services.TryAddSingleton<PrometheusMetrics>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PrometheusMetrics>(
            static provider => provider.GetRequiredService<PrometheusMetrics>()));
        return services;
    }
}
