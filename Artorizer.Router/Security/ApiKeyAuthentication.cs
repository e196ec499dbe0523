using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Artorizer.Router.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Security;

/// <summary>
/// <c>Authorization: Bearer</c> (RFC 6750) or <c>X-Api-Key</c>; for WebSockets of web pages also a sub-protocol <c>artorizer.key.KEY</c>.
/// With no key configured, callers on the loopback interface are let in as <see cref="LocalOwner"/>, and pages of other sites that reach
/// for this port through the user's browser are not, unless <c>Cors:Origins</c> names them.
/// </summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeyRing keys, IOptions<CorsOptions> cors)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string LocalOwner = "local";
    public const string KeyHeader = "X-Api-Key";

    /// <summary>Before the key, in a sub-protocol that a WebSocket client offers.</summary>
    public const string KeyProtocol = "artorizer.key.";

    // What proxies of all kinds add; X-Original-For is what trusted forwarded headers leave behind.
    private static readonly string[] ProxyHeaders =
    [
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-For", "X-Real-IP", "Via", "CF-Connecting-IP",
        "True-Client-IP", "X-Client-IP", "X-Envoy-External-Address", "Fly-Client-IP",
    ];

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (keys.IsEmpty)
        {
            return ProblemResult.WriteAsync(Context, new ApiException(
                StatusCodes.Status403Forbidden,
                "Forbidden",
                "No API key is configured, so only callers on this machine are served, directly and by the names localhost, "
                    + "127.0.0.1 or [::1]. Configure a key under ApiKeys:Keys to serve others."));
        }

        Response.Headers.WWWAuthenticate = "Bearer realm=\"artorizer\"";
        return ProblemResult.WriteAsync(Context, new ApiException(
            StatusCodes.Status401Unauthorized,
            "Unauthorized",
            "Send a valid API key as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'."));
    }

    private AuthenticateResult Authenticate()
    {
        if (keys.IsEmpty)
        {
            return IsLocal(Context, cors.Value) ? Success(LocalOwner, keys.Closed) : AuthenticateResult.Fail("Not a local caller.");
        }

        var key = Presented(Request);
        if (key is null)
        {
            return AuthenticateResult.NoResult();
        }

        return keys.Find(key) is { } found ? Success(found.Owner, found.Removed) : AuthenticateResult.Fail("Unknown key.");
    }

    private AuthenticateResult Success(string owner, CancellationToken removed)
    {
        Context.Features.Set(new CallersKey(removed));
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, owner)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    private static string? Presented(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[Bearer.Length..].Trim();
        }

        var header = request.Headers[KeyHeader].ToString();
        return header.Length == 0 ? FromProtocols(request) : header;
    }

    // Pages cannot set headers of a WebSocket, only offer sub-protocols.
    private static string? FromProtocols(HttpRequest request) => request.HttpContext.WebSockets.IsWebSocketRequest
        ? request.HttpContext.WebSockets.WebSocketRequestedProtocols
            .FirstOrDefault(p => p.StartsWith(KeyProtocol, StringComparison.Ordinal))?[KeyProtocol.Length..]
        : null;

    private static bool IsLocal(HttpContext http, CorsOptions cors)
    {
        // No address: a Unix domain socket, whose file permissions are the guard.
        if (http.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote))
        {
            return false;
        }

        // Behind a proxy the address is the proxy's or, where forwarded headers are trusted, whatever was forwarded.
        if (ProxyHeaders.Any(http.Request.Headers.ContainsKey))
        {
            return false;
        }

        // A site that rebinds its own name to 127.0.0.1 still sends its own name.
        if (!IsLoopbackName(http.Request.Host.Host))
        {
            return false;
        }

        // Browsers send Origin with every cross-site POST, PUT, DELETE and fetch. Pictures, scripts and links of other sites come
        // without, but are marked as theirs.
        var origin = http.Request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return !http.Request.Headers["Sec-Fetch-Site"].ToString().Equals("cross-site", StringComparison.OrdinalIgnoreCase);
        }

        return CrossOrigins.Names(cors, origin)
            || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && IsLoopbackName(from.Host) && from.Port == (http.Request.Host.Port ?? 80));
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
