using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ServiceDiscovery.Http;

/// <summary>Sends a request to an endpoint of the service that its URI names.</summary>
internal sealed class ResolvingHttpDelegatingHandler(ServiceEndpointResolver resolver, IOptions<ServiceDiscoveryOptions> options)
    : DelegatingHandler
{
    // Holds configured services only: those are few, while the hosts that pass through may be any number.
    private readonly ConcurrentDictionary<string, Rotation> _rotations = new(StringComparer.Ordinal);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var original = request.RequestUri;
        if (original?.Host is not null)
        {
            request.RequestUri = Direct(original, Next(original.GetLeftPart(UriPartial.Authority)));
        }

        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A retry, or whoever looks at the request afterwards, must see the service's name again.
            request.RequestUri = original;
        }
    }

    private EndPoint Next(string authority)
    {
        if (_rotations.TryGetValue(authority, out var rotation) && !rotation.IsStale)
        {
            return rotation.Next();
        }

        var source = resolver.GetEndpoints(authority, out var configured);
        if (!configured)
        {
            _rotations.TryRemove(authority, out _);
            return source.Endpoints[0].EndPoint;
        }

        var fresh = new Rotation(source);
        _rotations[authority] = fresh;
        return fresh.Next();
    }

    private Uri Direct(Uri uri, EndPoint endPoint)
    {
        var result = new UriBuilder(uri);
        switch (endPoint)
        {
            case UriEndPoint { Uri: var target }:
                result.Scheme = target.Scheme;
                result.Host = target.Host;
                result.Port = target.Port > 0 ? target.Port : result.Port;
                if (target.AbsolutePath.Length > 1)
                {
                    result.Path = $"{target.AbsolutePath.TrimEnd('/')}/{uri.AbsolutePath.TrimStart('/')}";
                }

                return result.Uri;

            case IPEndPoint ip:
                result.Host = ip.Address.ToString();
                result.Port = ip.Port > 0 ? ip.Port : result.Port;
                break;

            case DnsEndPoint dns:
                result.Host = dns.Host;
                result.Port = dns.Port > 0 ? dns.Port : result.Port;
                break;

            default:
                throw new InvalidOperationException($"Endpoints of type {endPoint.GetType()} are not supported");
        }

        result.Scheme = SingleScheme(uri.Scheme);
        return result.Uri;
    }

    private string SingleScheme(string scheme)
    {
        var plus = scheme.IndexOf('+', StringComparison.Ordinal);
        if (plus <= 0)
        {
            return scheme;
        }

        var first = scheme[..plus];
        return options.Value.AllowAllSchemes || options.Value.AllowedSchemes.Contains(first, StringComparer.OrdinalIgnoreCase)
            ? first
            : throw new InvalidOperationException($"The scheme '{first}' is not allowed.");
    }

    private sealed class Rotation(ServiceEndpointSource source)
    {
        private uint _next;

        public bool IsStale => source.ChangeToken.HasChanged;

        public EndPoint Next()
        {
            var endpoints = source.Endpoints;
            return endpoints[(int)(Interlocked.Increment(ref _next) % (uint)endpoints.Count)].EndPoint;
        }
    }
}
