using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory.Internal;

/// <summary>
/// One channel per client name, kept for the life of the container. Its handler comes from the HTTP client factory, so
/// whatever is configured for the named or for all HTTP clients applies.
/// </summary>
internal sealed class ChannelCache(
    IServiceScopeFactory scopes,
    ILoggerFactory loggers,
    IOptionsMonitor<GrpcClientFactoryOptions> options,
    IOptionsMonitor<HttpClientFactoryOptions> httpOptions,
    IHttpMessageHandlerFactory handlers) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Entry>> _entries = new(StringComparer.Ordinal);

    public CallInvoker Get(string name, Type clientType) =>
        _entries.GetOrAdd(name, key => new Lazy<Entry>(() => Create(key, clientType))).Value.Invoker;

    public void Dispose()
    {
        foreach (var entry in _entries.Values)
        {
            if (entry.IsValueCreated)
            {
                entry.Value.Channel.Dispose();
                entry.Value.Scope.Dispose();
            }
        }
    }

    private Entry Create(string name, Type clientType)
    {
        var scope = scopes.CreateScope();
        try
        {
            var settings = options.Get(name);
            ApplyHttpClientActions(name, settings);
            var channelOptions = new GrpcChannelOptions
            {
                HttpHandler = handlers.CreateHandler(name),
                LoggerFactory = loggers,
                ServiceProvider = scope.ServiceProvider,
            };
            foreach (var action in settings.ChannelOptionsActions)
            {
                action(channelOptions);
            }

            var address = settings.Address ?? throw new InvalidOperationException(
                $"Could not resolve the address for gRPC client '{name}'. Set an address when registering the client: services.AddGrpcClient<{clientType.Name}>(o => o.Address = new Uri(\"https://localhost:5001\"))");
            if (settings.HasCallCredentials && address.Scheme != Uri.UriSchemeHttps && !channelOptions.UnsafeUseInsecureChannelCallCredentials)
            {
                throw new InvalidOperationException(
                    $"Call credential configured for gRPC client '{name}' requires TLS, and the client isn't configured to use TLS. " +
                    "Either configure a TLS address, or set GrpcChannelOptions.UnsafeUseInsecureChannelCallCredentials to true.");
            }

            var channel = GrpcChannel.ForAddress(address, channelOptions);
            var invoker = DefaultGrpcClientFactory.Intercept(channel.CreateCallInvoker(), settings, scope.ServiceProvider, InterceptorScope.Channel);
            return new Entry(invoker, channel, scope);
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    /// <summary>A channel has no HttpClient, so base address and default headers are taken from a client that sends nothing.</summary>
    private void ApplyHttpClientActions(string name, GrpcClientFactoryOptions settings)
    {
        var actions = httpOptions.Get(name).HttpClientActions;
        if (actions.Count == 0)
        {
            return;
        }

        using var client = new HttpClient();
        foreach (var action in actions)
        {
            action(client);
        }

        settings.Address ??= client.BaseAddress;
        var defaults = client.DefaultRequestHeaders.ToArray();
        if (defaults.Length > 0)
        {
            settings.CallOptionsActions.Add(context => AddMissing(context, defaults));
        }
    }

    private static void AddMissing(CallOptionsContext context, KeyValuePair<string, IEnumerable<string>>[] defaults)
    {
        var metadata = new Metadata();
        foreach (var entry in context.CallOptions.Headers ?? Metadata.Empty)
        {
            metadata.Add(entry);
        }

        foreach (var (name, values) in defaults)
        {
            if (metadata.Get(name) is null)
            {
                foreach (var value in values)
                {
                    metadata.Add(name, value);
                }
            }
        }

        context.CallOptions = context.CallOptions.WithHeaders(metadata);
    }

    private sealed record Entry(CallInvoker Invoker, GrpcChannel Channel, IServiceScope Scope);
}
