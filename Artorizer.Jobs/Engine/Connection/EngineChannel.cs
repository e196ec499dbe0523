using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

namespace Artorizer.Jobs.Engine.Connection;

/// <summary>
/// The connections to all image engines. Calls take turns between the engines that are connected; one that is gone is passed over,
/// tried again in the background, and used again when it is back.
/// </summary>
public sealed class EngineChannel : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly ServiceProvider _resolvers;

    /// <summary>Connects at the first call.</summary>
    /// <param name="options">Where engines are.</param>
    /// <param name="endpoints">Service discovery.</param>
    /// <param name="loggers">For the channel's log.</param>
    public EngineChannel(IOptions<EngineClientOptions> options, ServiceEndpointResolver endpoints, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        var service = options.Value.Address;
        _resolvers = new ServiceCollection()
            .AddSingleton<ResolverFactory>(new EngineResolverFactory(service, endpoints))
            .BuildServiceProvider();
        _channel = GrpcChannel.ForAddress(new Uri($"{EngineResolverFactory.Scheme}:///{service.Authority}"), new GrpcChannelOptions
        {
            Credentials = service.Scheme == Uri.UriSchemeHttps ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            HttpHandler = NewHandler(),
            DisposeHttpClient = true,
            ServiceProvider = _resolvers,
            LoggerFactory = loggers,
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(250),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
            MaxReceiveMessageSize = null,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() }, MethodConfigs = { Retries } },
        });
        CallInvoker = options.Value.Secret is { } secret ? _channel.Intercept(WithSecret(secret)) : _channel.CreateCallInvoker();
    }

    /// <summary>For clients of the engine's services.</summary>
    public CallInvoker CallInvoker { get; }

    /// <summary>Whether calls fail at once, because the last tries to connect to any engine have failed.</summary>
    public bool IsUnreachable => _channel.State == ConnectivityState.TransientFailure;

    /// <summary>How the connections stand at this moment.</summary>
    internal ConnectivityState State => _channel.State;

    /// <summary>Connects without a call, so that the state can be told.</summary>
    internal Task ConnectAsync(CancellationToken cancellationToken) => _channel.ConnectAsync(cancellationToken);

    /// <summary>Waits until the connections stand otherwise than was seen.</summary>
    internal Task WaitForChangeAsync(ConnectivityState seen, CancellationToken cancellationToken) =>
        _channel.WaitForStateChangedAsync(seen, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Dispose();
        _resolvers.Dispose();
    }

    private static Func<Metadata, Metadata> WithSecret(string secret) => metadata =>
    {
        metadata.Add("authorization", $"Bearer {secret}");
        return metadata;
    };

    // What an engine took and dropped before it said anything, such as one that is just stopping, goes to another. Once it has
    // answered with as much as its plan, the call is its own: gRPC does not repeat a call that has an answer.
    private static MethodConfig Retries => new()
    {
        Names = { MethodName.Default },
        RetryPolicy = new RetryPolicy
        {
            MaxAttempts = 3,
            InitialBackoff = TimeSpan.FromMilliseconds(50),
            MaxBackoff = TimeSpan.FromMilliseconds(500),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        },
    };

    /// <summary>Connections that notice within seconds when their peer does not answer.</summary>
    internal static SocketsHttpHandler NewHandler() => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(3),
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(5),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,

        // Behind an address that stands for several engines, a new connection may lead to another one.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };
}
