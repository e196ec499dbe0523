using Artorizer.Infrastructure.Embedded;
using Artorizer.Infrastructure.RabbitMq;
using Artorizer.Infrastructure.Redis;
using Artorizer.Infrastructure.S3;
using Microsoft.Extensions.Configuration;

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
        if (Has(configuration, "cache"))
        {
            builder.AddRedisStores();
        }

        if (Has(configuration, "queue"))
        {
            builder.AddRabbitMqQueue();
        }

        if (Has(configuration, "s3"))
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

    /// <summary>Whether a store is left to the embedded ones.</summary>
    public static bool NeedsEmbedded(IConfiguration configuration) =>
        !(Has(configuration, "cache") && Has(configuration, "queue") && Has(configuration, "s3"));

    private static bool Has(IConfiguration configuration, string name) => !string.IsNullOrWhiteSpace(configuration.GetConnectionString(name));
}
