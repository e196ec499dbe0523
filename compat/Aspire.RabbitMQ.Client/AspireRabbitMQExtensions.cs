using System.Diagnostics;
using System.Net.Sockets;
using Aspire.RabbitMQ.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers a RabbitMQ client.</summary>
public static class AspireRabbitMQExtensions
{
    private const string SectionName = "Aspire:RabbitMQ:Client";
    private const string ActivitySourceName = "Aspire.RabbitMQ.Client";
    private static readonly ActivitySource ActivitySource = new(ActivitySourceName);

    /// <summary>Registers <see cref="IConnectionFactory"/> and <see cref="IConnection"/> as singletons, with a health check and traces.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="connectionName">Name under <c>ConnectionStrings</c>, and of the section below <c>Aspire:RabbitMQ:Client</c>.</param>
    /// <param name="configureSettings">Changes the settings after they were read.</param>
    /// <param name="configureConnectionFactory">Changes the factory after the settings were applied to it.</param>
    public static void AddRabbitMQClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<RabbitMQClientSettings>? configureSettings = null,
        Action<ConnectionFactory>? configureConnectionFactory = null) =>
        Add(builder, configureSettings, configureConnectionFactory, connectionName, serviceKey: null);

    /// <summary>As <see cref="AddRabbitMQClient"/>, as keyed services.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="name">Key of the services, and name of the connection string and the section.</param>
    /// <param name="configureSettings">Changes the settings after they were read.</param>
    /// <param name="configureConnectionFactory">Changes the factory after the settings were applied to it.</param>
    public static void AddKeyedRabbitMQClient(
        this IHostApplicationBuilder builder,
        string name,
        Action<RabbitMQClientSettings>? configureSettings = null,
        Action<ConnectionFactory>? configureConnectionFactory = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Add(builder, configureSettings, configureConnectionFactory, name, serviceKey: name);
    }

    private static void Add(
        IHostApplicationBuilder builder,
        Action<RabbitMQClientSettings>? configureSettings,
        Action<ConnectionFactory>? configureConnectionFactory,
        string connectionName,
        object? serviceKey)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var section = builder.Configuration.GetSection(SectionName);
        var named = section.GetSection(connectionName);
        var settings = new RabbitMQClientSettings();
        section.Bind(settings);
        named.Bind(settings);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        ConnectionFactory CreateFactory()
        {
            var factory = new ConnectionFactory();
            section.GetSection("ConnectionFactory").Bind(factory);
            named.GetSection("ConnectionFactory").Bind(factory);
            if (!string.IsNullOrEmpty(settings.ConnectionString))
            {
                factory.Uri = new Uri(settings.ConnectionString);
            }

            configureConnectionFactory?.Invoke(factory);
            return factory;
        }

        // A factory of a container cannot be asynchronous.
        static IConnection Connect(IConnectionFactory factory, int retries) => ConnectAsync(factory, retries).GetAwaiter().GetResult();

        var services = builder.Services;
        if (serviceKey is null)
        {
            services.AddSingleton<IConnectionFactory>(_ => CreateFactory());
            services.AddSingleton(provider => Connect(provider.GetRequiredService<IConnectionFactory>(), settings.MaxConnectRetryCount));
        }
        else
        {
            services.AddKeyedSingleton<IConnectionFactory>(serviceKey, (_, _) => CreateFactory());
            services.AddKeyedSingleton(
                serviceKey, (provider, key) => Connect(provider.GetRequiredKeyedService<IConnectionFactory>(key), settings.MaxConnectRetryCount));
        }

        if (!settings.DisableAutoActivation)
        {
            services.AddSingleton<IHostedService>(provider => new Activation(provider, serviceKey));
        }

        if (!settings.DisableTracing)
        {
            services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(ActivitySourceName, "RabbitMQ.Client.*"));
        }

        if (!settings.DisableHealthChecks)
        {
            var name = serviceKey is null ? "RabbitMQ.Client" : $"RabbitMQ.Client_{connectionName}";
            var key = $"Aspire.HealthChecks.{name}";
            if (builder.Properties.TryAdd(key, true))
            {
                services.AddHealthChecks().Add(new HealthCheckRegistration(
                    name, provider => new RabbitMQHealthCheck(provider, serviceKey), failureStatus: null, tags: null));
            }
        }
    }

    private static async Task<IConnection> ConnectAsync(IConnectionFactory factory, int retries)
    {
        using var activity = ActivitySource.StartActivity("rabbitmq connect", ActivityKind.Client);
        Describe(activity, factory.Uri);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ConnectOnceAsync(factory).ConfigureAwait(false);
            }
            catch (Exception e) when (attempt < retries && e is SocketException or BrokerUnreachableException)
            {
                await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, attempt))).ConfigureAwait(false);
            }
        }
    }

    private static async Task<IConnection> ConnectOnceAsync(IConnectionFactory factory)
    {
        using var activity = ActivitySource.StartActivity("rabbitmq connect attempt", ActivityKind.Client);
        Describe(activity, factory.Uri)?.SetTag("messaging.operation", "connect");
        try
        {
            return await factory.CreateConnectionAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            activity?.AddException(e).SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private static Activity? Describe(Activity? activity, Uri address) => activity?
        .SetTag("server.address", address.Host)
        .SetTag("server.port", address.Port)
        .SetTag("messaging.system", "rabbitmq");

    private sealed class Activation(IServiceProvider services, object? serviceKey) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = serviceKey is null ? services.GetRequiredService<IConnection>() : services.GetRequiredKeyedService<IConnection>(serviceKey);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
