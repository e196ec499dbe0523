using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Artorizer.ServiceDefaults.Outbound;

/// <summary>
/// The only way out to addresses that callers name. Every connection is checked on the address it is made to, after name
/// resolution, so that a name that resolves differently the second time gains nothing; redirects are followed by hand and
/// checked again; no proxy, cookies or credentials take part.
/// </summary>
public sealed class PublicHttpClient : IDisposable
{
    private readonly OutboundOptions _options;
    private readonly IPNetwork[] _allowed;
    private readonly HttpMessageInvoker _http;

    /// <summary>Makes a client with its own connections.</summary>
    public PublicHttpClient(IOptions<OutboundOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _allowed = _options.ParseAllowedNetworks();
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = _options.ConnectTimeout,
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            UseCookies = false,
            UseProxy = false,
        });
    }

    /// <summary>Whether a URL can be asked for at all: absolute, http or https, no user information, at most 2,048 characters.</summary>
    public static bool IsAcceptable(Uri url) =>
        url is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", OriginalString.Length: <= 2048, Host.Length: > 0 };

    /// <summary>Whether it is certain, without asking for the addresses of its host, that a URL leads to none that may be called.</summary>
    public bool IsRefused(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var host = url.IdnHost;
        var isLocalName = host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return !IsAcceptable(url)
            || (isLocalName ? !IsAllowed(IPAddress.Loopback) : IPAddress.TryParse(host, out var literal) && !IsAllowed(literal));
    }

    /// <summary>Sends a request and follows redirects of GET requests.</summary>
    /// <param name="request">Makes the request to an address; called again for each redirect.</param>
    /// <param name="url">Where to begin.</param>
    /// <param name="cancellationToken">Bounds the exchange; the caller adds <see cref="OutboundOptions.Timeout"/>.</param>
    /// <exception cref="OutboundRefusedException">An address on the way is not public, or the redirects do not end.</exception>
    /// <exception cref="HttpRequestException">The exchange failed.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<Uri, HttpRequestMessage> request, Uri url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        for (var redirects = 0; ; redirects++)
        {
            if (!IsAcceptable(url))
            {
                throw new OutboundRefusedException("Only absolute http and https addresses without credentials are fetched.");
            }

            using var message = request(url);
            var response = await SendOnceAsync(message, cancellationToken);
            if (message.Method != HttpMethod.Get
                || (int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            if (redirects == _options.MaxRedirects)
            {
                throw new OutboundRefusedException($"More than {_options.MaxRedirects} redirects.");
            }

            url = new Uri(url, location);
        }
    }

    /// <summary>Longest for a whole exchange.</summary>
    public TimeSpan Timeout => _options.Timeout;

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(message, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is OutboundRefusedException refused)
        {
            throw refused;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // A literal is taken as it is: the resolver refuses 0.0.0.0 in words of its own.
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = addresses.Where(IsAllowed).ToArray();
        if (allowed.Length == 0)
        {
            throw new OutboundRefusedException("The address is not public.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return PublicAddress.IsPublic(plain) || Array.Exists(_allowed, n => n.Contains(plain));
    }
}
