using Artorizer.Infrastructure.Embedded;
using Artorizer.Infrastructure.RabbitMq;
using Artorizer.Infrastructure.Redis;
using Artorizer.Infrastructure.S3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Chooses the provider of each store.</summary>
public static class StoresExtensions
{
    /// <summary>
    /// Registers the stores: jobs and events on Redis where there is a connection string <c>cache</c>, the queue on RabbitMQ
    /// where there is <c>queue</c>, objects on S3 where there is <c>s3</c>, and whatever is left on the embedded stores.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="shared">Embedded stores of the whole process; <see langword="null"/> to open the service's own, if any are needed.</param>
    public static TBuilder AddStores<TBuilder>(this TBuilder builder, EmbeddedStores? shared = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        var configuration = builder.Configuration;
        if (Has(configuration, RedisStoresExtensions.ConnectionName))
        {
            builder.AddRedisStores();
        }

        if (Has(configuration, RabbitMqQueueExtensions.ConnectionName))
        {
            builder.AddRabbitMqQueue();
        }

        if (Has(configuration, S3Options.ConnectionName))
        {
            builder.AddS3Objects();
        }

        // Registered last: they take what is left, and nothing of them is opened where nothing is.
        if (shared is not null)
        {
            builder.Services.AddEmbeddedStores(shared);
        }
        else if (NeedsEmbedded(configuration))
        {
            builder.Services.AddEmbeddedStores(configuration);
        }

        return builder;
    }

    /// <summary>
    /// Maps what callers reach of the stores through this service: the presigned addresses of the embedded object store, whose
    /// signatures are the only credential. Objects on S3 have addresses of their own, and nothing is mapped.
    /// </summary>
    /// <param name="endpoints">A service with <see cref="AddStores"/>.</param>
    public static IEndpointRouteBuilder MapStores(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (!Has(endpoints.ServiceProvider.GetRequiredService<IConfiguration>(), S3Options.ConnectionName))
        {
            endpoints.MapEmbeddedObjects().AllowAnonymous();
        }

        return endpoints;
    }

    /// <summary>Whether jobs are kept in the embedded stores, and so are this process's alone.</summary>
    public static bool KeepsJobsEmbedded(IConfiguration configuration) => !Has(configuration, RedisStoresExtensions.ConnectionName);

    /// <summary>Whether a store is left to the embedded ones.</summary>
    public static bool NeedsEmbedded(IConfiguration configuration) =>
        !(Has(configuration, RedisStoresExtensions.ConnectionName)
            && Has(configuration, RabbitMqQueueExtensions.ConnectionName)
            && Has(configuration, S3Options.ConnectionName));

    private static bool Has(IConfiguration configuration, string name) => !string.IsNullOrWhiteSpace(configuration.GetConnectionString(name));
}
