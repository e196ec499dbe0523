using Grpc.Net.ClientFactory;
using Grpc.Net.ClientFactory.Internal;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers gRPC clients.</summary>
public static class GrpcClientServiceExtensions
{
    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services)
        where TClient : class => services.AddGrpcClient<TClient>(_ => { });

    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, Action<GrpcClientFactoryOptions> configureClient)
        where TClient : class => services.AddGrpcClient<TClient>(typeof(TClient).Name, configureClient);

    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
        where TClient : class => services.AddGrpcClient<TClient>(typeof(TClient).Name, configureClient);

    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, string name)
        where TClient : class => services.AddGrpcClient<TClient>(name, _ => { });

    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, string name, Action<GrpcClientFactoryOptions> configureClient)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configureClient);
        services.Configure(name, configureClient);
        return services.AddCore<TClient>(name);
    }

    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, string name, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configureClient);
        services.AddTransient<IConfigureOptions<GrpcClientFactoryOptions>>(
            provider => new ConfigureNamedOptions<GrpcClientFactoryOptions>(name, options => configureClient(provider, options)));
        return services.AddCore<TClient>(name);
    }

    private static IHttpClientBuilder AddCore<TClient>(this IServiceCollection services, string name)
        where TClient : class
    {
        services.TryAddTransient<GrpcClientFactory, DefaultGrpcClientFactory>();
        services.TryAddSingleton<ChannelCache>();
        services.TryAddSingleton(new RegisteredClients());
        services.GetRegisteredClients()!.Add(name, typeof(TClient));

        var builder = services.AddHttpClient(name);
        services.AddTransient(provider => provider.GetRequiredService<GrpcClientFactory>().CreateClient<TClient>(name));

        // First of all configurations, so that any other can replace the handler.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<HttpClientFactoryOptions>>(
            new ConfigureNamedOptions<HttpClientFactoryOptions>(name, ConfigurePrimaryHandler)));
        return builder;
    }

    internal static RegisteredClients? GetRegisteredClients(this IServiceCollection services) =>
        (RegisteredClients?)services.SingleOrDefault(service => service.ServiceType == typeof(RegisteredClients))?.ImplementationInstance;

    private static void ConfigurePrimaryHandler(HttpClientFactoryOptions options) =>
        options.HttpMessageHandlerBuilderActions.Add(handler => handler.PrimaryHandler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            // The channel never changes its handler, so connections are renewed instead, to notice changes in DNS.
            PooledConnectionLifetime = options.HandlerLifetime,
        });
}
