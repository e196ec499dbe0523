using System.Net;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;

namespace Artorizer.Jobs.Engine.Connection;

/// <summary>
/// Tells the channel where image engines are: every endpoint that service discovery knows, and every address behind a host name,
/// without those that are gone or hang while others answer. Asked anew when a connection breaks, when the configuration changes, and
/// every five seconds, for engines that were added or hang.
/// </summary>
internal sealed class EngineResolver(Uri service, ServiceEndpointResolver endpoints, ILoggerFactory loggers) : PollingResolver(loggers)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly EngineProbes _probes = new(service.Scheme);
    private readonly Lock _gate = new();
    private Timer? _timer;
    private IDisposable? _changes;
    private bool _disposed;

    protected override void OnStarted() => _timer = new Timer(_ => Refresh(), null, Interval, Interval);

    protected override async Task ResolveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var source = await endpoints.GetEndpointsAsync(service.OriginalString, cancellationToken);
            Watch(source.ChangeToken);
            var addresses = new HashSet<(string Host, int Port)>();
            foreach (var endpoint in source.Endpoints)
            {
                addresses.UnionWith(await AddressesAsync(endpoint.EndPoint, cancellationToken));
            }

            var answering = await _probes.AnsweringAsync(addresses, cancellationToken);
            Listener(addresses.Count > 0
                ? ResolverResult.ForResult([.. answering.Select(a => new BalancerAddress(a.Host, a.Port))])
                : Failed($"Nobody says where '{service.OriginalString}' is."));
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Listener(Failed($"The image engine's address could not be resolved: {e.Message}"));
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
            _changes?.Dispose();
        }

        _probes.Dispose();
    }

    private void Watch(IChangeToken token)
    {
        lock (_gate)
        {
            _changes?.Dispose();
            _changes = _disposed ? null : token.RegisterChangeCallback(_ => Refresh(), null);
        }
    }

    private async Task<IEnumerable<(string Host, int Port)>> AddressesAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        var (host, port) = endpoint switch
        {
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            DnsEndPoint dns => (dns.Host, dns.Port),
            _ when Uri.TryCreate(endpoint.ToString(), UriKind.Absolute, out var uri) => (uri.IdnHost, uri.Port),
            _ => throw new NotSupportedException($"The endpoint '{endpoint}' is neither an address nor a URI."),
        };
        port = port > 0 ? port : service.Port;

        // A certificate is for a name, so there the name stays.
        return service.Scheme == Uri.UriSchemeHttps || IPAddress.TryParse(host, out _)
            ? [(host, port)]
            : (await Dns.GetHostAddressesAsync(host, cancellationToken)).Select(a => (a.ToString(), port));
    }

    private static ResolverResult Failed(string message) => ResolverResult.ForFailure(new Status(StatusCode.Unavailable, message));
}
