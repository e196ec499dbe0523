using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Jobs.Secrets;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Artorizer.Infrastructure.Redis;

/// <summary>Registration of the stores in Redis.</summary>
public static class RedisStoresExtensions
{
    /// <summary>Name of the connection string.</summary>
    public const string ConnectionName = "cache";

    /// <summary>
    /// Registers job store and events on the Redis that <c>ConnectionStrings:cache</c> names, with settings from section
    /// <see cref="RedisStoreOptions.SectionName"/>. A Redis that is not up yet does not stop the start; until it is, the
    /// stores throw <see cref="StoreUnavailableException"/>.
    /// </summary>
    /// <param name="builder">The host.</param>
    public static IHostApplicationBuilder AddRedisStores(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var section = builder.Configuration.GetSection(RedisStoreOptions.SectionName);
        builder.Services.AddOptions<RedisStoreOptions>()
            .Bind(section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.AddRedisClient(
            ConnectionName,

            // The store's own check says whether the service is ready; one more would say it twice.
            settings => settings.DisableHealthChecks = true,
            client => Configure(client, section.Get<RedisStoreOptions>() ?? new RedisStoreOptions()));

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new RedisCommands(
            provider.GetRequiredService<IConnectionMultiplexer>(), provider.GetRequiredService<IOptions<RedisStoreOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IJobStore>(provider => new RedisJobStore(
            provider.GetRequiredService<RedisCommands>(), provider.GetRequiredService<IOptions<RedisStoreOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IJobEvents>(provider => new RedisJobEvents(
            provider.GetRequiredService<RedisCommands>(), provider.GetRequiredService<IOptions<RedisStoreOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RedisJobEvents>>()));
        services.TryAddSingleton<IXmlRepository>(provider => new RedisSecretKeys(provider.GetRequiredService<RedisCommands>()));
        services.TryAddSingleton<StoredSecrets>();
        return builder;
    }

    /// <summary>Sets what the stores need of the client.</summary>
    internal static void Configure(ConfigurationOptions client, RedisStoreOptions options)
    {
        client.SyncTimeout = (int)options.OperationTimeout.TotalMilliseconds;
        client.ReconnectRetryPolicy = new LinearRetry((int)options.ReconnectDelay.TotalMilliseconds);
        client.KeepAlive = (int)options.KeepAlive.TotalSeconds;

        // Scripts publish, and know nothing of a prefix that the client would add to the channels that it subscribes to.
        client.ChannelPrefix = default;
    }
}
