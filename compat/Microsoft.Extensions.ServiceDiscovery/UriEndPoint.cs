using System.Net;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>An endpoint given as a URI: scheme, host, port and perhaps a path.</summary>
public class UriEndPoint : EndPoint
{
    /// <summary>Makes an endpoint of <paramref name="uri"/>.</summary>
    public UriEndPoint(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        Uri = uri;
    }

    /// <summary>The endpoint's URI.</summary>
    public Uri Uri { get; }

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is UriEndPoint other && Uri.Equals(other.Uri);

    /// <inheritdoc />
    public override int GetHashCode() => Uri.GetHashCode();

    /// <inheritdoc />
    public override string? ToString() => Uri.ToString();
}
