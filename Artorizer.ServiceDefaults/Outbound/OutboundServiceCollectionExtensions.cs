using System.Net;
using Artorizer.ServiceDefaults.Outbound;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the guarded way out.</summary>
public static class OutboundServiceCollectionExtensions
{
    /// <summary>Adds <see cref="PublicHttpClient"/>.</summary>
    public static IServiceCollection AddPublicHttpClient(this IServiceCollection services)
    {
        services.AddOptions<OutboundOptions>()
            .BindConfiguration(OutboundOptions.Section)
            .ValidateDataAnnotations()
            .Validate(
                o => o.AllowedNetworks.All(n => IPNetwork.TryParse(n, out _)),
                "Outbound:AllowedNetworks must hold networks in CIDR form, such as 10.1.0.0/16.")
            .ValidateOnStart();
        services.AddSingleton<PublicHttpClient>();
        return services;
    }
}
