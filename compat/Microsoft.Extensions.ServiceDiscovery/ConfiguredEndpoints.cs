using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Reads <c>Services:{name}:{endpoint}</c> (one value) and <c>Services:{name}:{endpoint}:{n}</c> (several).</summary>
internal static class ConfiguredEndpoints
{
    private const string SectionName = "Services";
    private const string DefaultEndpoint = "default";

    public static List<ServiceEndpoint> Find(IConfiguration configuration, ServiceDiscoveryOptions options, ServiceEndpointQuery query)
    {
        var service = configuration.GetSection(SectionName).GetSection(query.ServiceName);
        var schemes = options.ApplyAllowedSchemes(query.IncludedSchemes);
        if (FindSection(service, schemes, query) is not { } section)
        {
            return [];
        }

        var all = Read(section, query);
        return options.AllowAllSchemes && query.IncludedSchemes.Count == 0 ? all : KeepBestScheme(all, schemes);
    }

    // Without a name, the endpoint is the one called "default", else the one that is named after a scheme asked for.
    private static IConfigurationSection? FindSection(IConfigurationSection service, IReadOnlyList<string> schemes, ServiceEndpointQuery query)
    {
        IEnumerable<string> names = string.IsNullOrWhiteSpace(query.EndpointName)
            ? [DefaultEndpoint, .. schemes]
            : [query.EndpointName];

        return names.Select(service.GetSection).FirstOrDefault(static section => section.Exists());
    }

    private static List<ServiceEndpoint> Read(IConfigurationSection section, ServiceEndpointQuery query)
    {
        if (!string.IsNullOrWhiteSpace(section.Value))
        {
            return [Parse(section, section, query)];
        }

        List<ServiceEndpoint> endpoints = [];
        foreach (var item in section.GetChildren())
        {
            if (!int.TryParse(item.Key, out _))
            {
                throw new KeyNotFoundException(
                    $"The endpoint configuration section for service '{query.ServiceName}' endpoint '{section.Key}' has non-numeric keys.");
            }

            endpoints.Add(Parse(section, item, query));
        }

        return endpoints;
    }

    private static ServiceEndpoint Parse(IConfigurationSection section, IConfigurationSection item, ServiceEndpointQuery query) =>
        ServiceEndpoint.TryParse(item.Value, out var endpoint)
            ? endpoint
            : throw new KeyNotFoundException(
                $"The endpoint configuration section for service '{query.ServiceName}' endpoint '{section.Key}' has an invalid value with key '{item.Key}'.");

    // "https+http" means https where there is any, and http only where there is not. An address without a scheme fits all.
    private static List<ServiceEndpoint> KeepBestScheme(List<ServiceEndpoint> endpoints, IReadOnlyList<string> schemes)
    {
        int? Rank(ServiceEndpoint endpoint)
        {
            if (endpoint.EndPoint is not UriEndPoint { Uri.Scheme: var scheme })
            {
                return null;
            }

            for (var i = 0; i < schemes.Count; i++)
            {
                if (string.Equals(schemes[i], scheme, StringComparison.Ordinal))
                {
                    return i;
                }
            }

            return int.MaxValue;
        }

        var best = endpoints.Min(Rank);
        return endpoints.FindAll(endpoint => Rank(endpoint) is not { } rank || (rank == best && rank != int.MaxValue));
    }
}
