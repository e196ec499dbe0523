using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>One place where a service can be reached.</summary>
public abstract class ServiceEndpoint
{
    /// <summary>The address.</summary>
    public abstract EndPoint EndPoint { get; }

    /// <summary>Further facts about the endpoint.</summary>
    public abstract IFeatureCollection Features { get; }

    /// <summary>Makes an endpoint of an address.</summary>
    public static ServiceEndpoint Create(EndPoint endPoint, IFeatureCollection? features = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return new AddressEndpoint(endPoint, features ?? new FeatureCollection());
    }

    /// <summary>Reads <c>host</c>, <c>host:port</c>, an IP address, or a whole URI.</summary>
    public static bool TryParse([NotNullWhen(true)] string? value, [NotNullWhen(true)] out ServiceEndpoint? serviceEndpoint)
    {
        serviceEndpoint = ParseAddress(value) is { } address ? Create(address) : null;
        return serviceEndpoint is not null;
    }

    private static EndPoint? ParseAddress(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }

        if (!value.Contains("://", StringComparison.Ordinal) && Uri.TryCreate($"scheme://{value}", UriKind.Absolute, out var authority))
        {
            return FromAuthority(authority.Host, authority.Port);
        }

        return Uri.TryCreate(value, UriKind.Absolute, out var uri) ? new UriEndPoint(uri) : null;
    }

    internal static EndPoint FromAuthority(string host, int port)
    {
        // 0 stands for "none given": the scheme's own port applies.
        port = Math.Max(port, 0);
        return IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);
    }

    private sealed class AddressEndpoint(EndPoint endPoint, IFeatureCollection features) : ServiceEndpoint
    {
        public override EndPoint EndPoint => endPoint;

        public override IFeatureCollection Features => features;

        public override string? ToString() => endPoint switch
        {
            DnsEndPoint { Port: 0 } dns => dns.Host,
            DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
            _ => endPoint.ToString(),
        };
    }
}
