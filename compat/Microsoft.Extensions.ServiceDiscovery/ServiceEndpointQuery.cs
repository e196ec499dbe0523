using System.Diagnostics.CodeAnalysis;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>What is looked for: <c>[scheme[+scheme]://][_endpoint.]service[:port]</c>.</summary>
public sealed class ServiceEndpointQuery
{
    private readonly string _text;

    private ServiceEndpointQuery(string text, IReadOnlyList<string> schemes, string serviceName, string? endpointName, int port)
    {
        _text = text;
        IncludedSchemes = schemes;
        ServiceName = serviceName;
        EndpointName = endpointName;
        Port = port;
    }

    /// <summary>The schemes asked for, best first; none when any will do.</summary>
    public IReadOnlyList<string> IncludedSchemes { get; }

    /// <summary>The endpoint's name, given as <c>_name.</c> before the service's; null when none was given.</summary>
    public string? EndpointName { get; }

    /// <summary>The service's name.</summary>
    public string ServiceName { get; }

    internal int Port { get; }

    /// <summary>Reads a query. False when <paramref name="input"/> is no URI authority.</summary>
    public static bool TryParse(string input, [NotNullWhen(true)] out ServiceEndpointQuery? query)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);

        var hasScheme = input.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? input : $"scheme://{input}", UriKind.Absolute, out var uri))
        {
            query = null;
            return false;
        }

        var host = uri.Host;
        string? endpointName = null;
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        if (host.StartsWith('_') && dot > 1 && !host.EndsWith('.'))
        {
            endpointName = host[1..dot];
            host = host[(dot + 1)..];
        }

        query = new ServiceEndpointQuery(input, hasScheme ? uri.Scheme.Split('+') : [], host, endpointName, uri.Port);
        return true;
    }

    /// <inheritdoc />
    public override string? ToString() => _text;
}
