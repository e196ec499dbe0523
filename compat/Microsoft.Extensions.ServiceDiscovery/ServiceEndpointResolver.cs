using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Finds the endpoints of services.</summary>
public sealed class ServiceEndpointResolver : IAsyncDisposable
{
    private readonly IConfiguration _configuration;
    private readonly ServiceDiscoveryOptions _options;

    internal ServiceEndpointResolver(IConfiguration configuration, IOptions<ServiceDiscoveryOptions> options)
    {
        _configuration = configuration;
        _options = options.Value;
    }

    /// <summary>
    /// Gives the configured endpoints of <paramref name="serviceName"/>, or the name itself as a host when nothing is
    /// configured for it.
    /// </summary>
    /// <exception cref="ArgumentException">The name is no URI authority.</exception>
    /// <exception cref="KeyNotFoundException">The service's configuration is malformed.</exception>
    public ValueTask<ServiceEndpointSource> GetEndpointsAsync(string serviceName, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(GetEndpoints(serviceName, out _));
    }

    internal ServiceEndpointSource GetEndpoints(string serviceName, out bool configured)
    {
        if (!ServiceEndpointQuery.TryParse(serviceName, out var query))
        {
            throw new ArgumentException("The service name must be a valid URI authority.", nameof(serviceName));
        }

        // The token is taken before the values are read: a change in between is then noticed rather than missed.
        var changes = _configuration.GetReloadToken();
        var endpoints = ConfiguredEndpoints.Find(_configuration, _options, query);
        configured = endpoints.Count > 0;
        if (!configured)
        {
            endpoints.Add(ServiceEndpoint.Create(ServiceEndpoint.FromAuthority(query.ServiceName, query.Port)));
        }

        return new ServiceEndpointSource(endpoints, changes, new FeatureCollection());
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => default;
}
