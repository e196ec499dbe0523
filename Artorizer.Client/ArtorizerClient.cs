using Artorizer.Client.Transport;
using Artorizer.Contracts.Wire;

namespace Artorizer.Client;

/// <summary>
/// An Artorizer server: images, jobs and tasks, over HTTP in any of its wire formats or over gRPC, with the same calls. Safe for
/// use by many threads at once; one client for the life of a program is enough.
/// </summary>
/// <remarks>
/// Every call throws <see cref="ArtorizerException"/> when the server refuses it or cannot be reached, and
/// <see cref="OperationCanceledException"/> when it is cancelled. Calls that can be repeated without harm are tried again.
/// </remarks>
public sealed partial class ArtorizerClient : IDisposable
{
    private const int MaxRetries = 20;

    private readonly ITransport _transport;
    private readonly RetryPolicies _retries;
    private readonly long _resumableFrom;
    private readonly HttpMessageHandler? _ownHandler;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="url">Address of the HTTP API, such as <c>http://localhost:7000</c>.</param>
    /// <param name="options">The defaults when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The address is no absolute http or https URL, or the protocol is unknown.</exception>
    public ArtorizerClient(Uri url, ArtorizerClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        options ??= new ArtorizerClientOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Retries, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Retries, MaxRetries, nameof(options));
        RequireHttp(url, nameof(url));
        var server = url.AbsoluteUri.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
        var protocol = Protocol(options.Protocol);
        var handler = options.Handler ?? (_ownHandler = NewHandler(server, options));
        _retries = new RetryPolicies(options);
        _resumableFrom = options.ResumableFrom;
        _transport = protocol is not null
            ? new HttpTransport(server, protocol, options, handler)
            : new GrpcTransport(GrpcAddress(server, options), options, handler);
    }

    /// <summary>Names that <see cref="ArtorizerClientOptions.Protocol"/> takes.</summary>
    public static IReadOnlyList<string> Protocols { get; } = [.. WireProtocols.All.Select(p => p.Name), ArtorizerClientOptions.Grpc];

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        _ownHandler?.Dispose();
    }

    // null: gRPC.
    private static IWireProtocol? Protocol(string name)
    {
        var wanted = name.Equals("thrift", StringComparison.OrdinalIgnoreCase) ? "thrift-compact" : name;
        return wanted.Equals(ArtorizerClientOptions.Grpc, StringComparison.OrdinalIgnoreCase)
            ? null
            : WireProtocols.All.FirstOrDefault(p => p.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                ?? throw new ArgumentException($"The protocol '{name}' is unknown; there are {string.Join(", ", Protocols)}.", nameof(name));
    }

    private static Uri GrpcAddress(Uri server, ArtorizerClientOptions options)
    {
        if (options.GrpcUrl is { } given)
        {
            RequireHttp(given, nameof(options));
            return given;
        }

        return new UriBuilder(server.Scheme, server.Host, ArtorizerClientOptions.DefaultGrpcPort).Uri;
    }

    private static void RequireHttp(Uri url, string parameter)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"'{url}' is no absolute http or https URL.", parameter);
        }
    }

    private static SocketsHttpHandler NewHandler(Uri server, ArtorizerClientOptions options) => new()
    {
        AllowAutoRedirect = false,
        ConnectTimeout = options.Timeouts.Connect,

        // Connections end now and then, so that a change of the server's address is noticed.
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        EnableMultipleHttp2Connections = true,
        UseProxy = !server.IsLoopback,
    };
}
