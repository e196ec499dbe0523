using Artorizer.Jobs.Objects;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Artorizer.Infrastructure.S3;

/// <summary>Registration of objects on S3.</summary>
public static class S3ObjectsExtensions
{
    /// <summary>
    /// Registers the object store on the server that <c>ConnectionStrings:s3</c> names, with section <see cref="S3Options.Section"/>.
    /// Its bucket is made at start-up. Call it before the embedded stores are registered, which leave alone what is there.
    /// </summary>
    public static IHostApplicationBuilder AddS3Objects(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var connection = builder.Configuration.GetConnectionString(S3Options.ConnectionName);
        var services = builder.Services;
        services.AddOptions<S3Options>()
            .Bind(builder.Configuration.GetSection(S3Options.Section))
            .Configure(options => Apply(connection, options))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => S3Clients.Create(provider.GetRequiredService<IOptions<S3Options>>().Value));
        services.TryAddSingleton<IObjectStore, S3ObjectStore>();
        services.AddHostedService<S3BucketStartup>();
        return builder;
    }

    private static void Apply(string? connection, S3Options options)
    {
        try
        {
            S3ConnectionString.Apply(connection ?? "", options);
        }
        catch (System.ComponentModel.DataAnnotations.ValidationException exception)
        {
            throw new OptionsValidationException(S3Options.Section, typeof(S3Options), [exception.Message]);
        }
    }
}
