using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Extensions.Hosting.Implementation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the OpenTelemetry SDK to a host.</summary>
public static class OpenTelemetryServicesExtensions
{
    /// <summary>
    /// Adds the OpenTelemetry SDK to <paramref name="services"/>. Calling it again adds nothing and returns a builder for
    /// the same providers.
    /// </summary>
    public static OpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        var added = services.Any(static service =>
            service.ServiceType == typeof(IHostedService) && service.ImplementationType == typeof(TelemetryHostedService));

        if (!added)
        {
            services.TryAddSingleton<ITelemetryHostInitializer, TelemetryHostInitializer>();

            // First in line, so that what the other hosted services do while they start is seen.
            services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TelemetryHostedService>());
        }

        return new OpenTelemetryBuilder(services);
    }
}
