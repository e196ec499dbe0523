using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>The endpoints of a service, as they were when asked for.</summary>
public sealed class ServiceEndpointSource
{
    private readonly List<ServiceEndpoint>? _endpoints;

    /// <summary>Makes a set of endpoints that holds until <paramref name="changeToken"/> changes.</summary>
    public ServiceEndpointSource(List<ServiceEndpoint>? endpoints, IChangeToken changeToken, IFeatureCollection features)
    {
        ArgumentNullException.ThrowIfNull(changeToken);
        ArgumentNullException.ThrowIfNull(features);
        _endpoints = endpoints;
        ChangeToken = changeToken;
        Features = features;
    }

    /// <summary>The endpoints.</summary>
    public IReadOnlyList<ServiceEndpoint> Endpoints => _endpoints ?? [];

    /// <summary>Changes when the endpoints may be others.</summary>
    public IChangeToken ChangeToken { get; }

    /// <summary>Further facts about the set.</summary>
    public IFeatureCollection Features { get; }

    /// <inheritdoc />
    public override string ToString() => $"[{string.Join(", ", Endpoints)}]";
}
