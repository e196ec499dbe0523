using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Queue;
using Artorizer.Jobs.Secrets;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>Registration of the embedded stores.</summary>
public static class EmbeddedStoresExtensions
{
    /// <summary>
    /// Registers stores of the data directory that section <see cref="EmbeddedStoreOptions.SectionName"/> names, owned by this
    /// container. They are opened when the host starts, so a bad setting or a directory in use stops the start.
    /// </summary>
    /// <param name="services">Where to register.</param>
    /// <param name="configuration">The root of the configuration.</param>
    public static IServiceCollection AddEmbeddedStores(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<EmbeddedStoreOptions>()
            .Bind(configuration.GetSection(EmbeddedStoreOptions.SectionName))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);

        // A factory cannot be asynchronous; opening takes milliseconds and happens once, before any request.
        services.TryAddSingleton(provider => EmbeddedStores.OpenAsync(
            provider.GetRequiredService<IOptions<EmbeddedStoreOptions>>().Value, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>(), CancellationToken.None).GetAwaiter().GetResult());
        services.AddHostedService<EmbeddedStoresStartup>();
        return services.AddStoreInterfaces();
    }

    /// <summary>Registers stores that another container, or the program, owns: several hosts of one process must share one instance.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="shared">Disposed by its owner after every host that uses it.</param>
    public static IServiceCollection AddEmbeddedStores(this IServiceCollection services, EmbeddedStores shared)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(shared);

        // An instance, unlike a factory, is not disposed with the container.
        services.TryAddSingleton(shared);
        return services.AddStoreInterfaces();
    }

    // What another provider has been registered for stays with it. Job and message go into one transaction only where both
    // are kept here.
    private static IServiceCollection AddStoreInterfaces(this IServiceCollection services)
    {
        if (!services.Any(service => service.ServiceType == typeof(IJobStore) || service.ServiceType == typeof(IJobQueue)))
        {
            services.TryAddSingleton<IJobSubmission>(provider => provider.GetRequiredService<EmbeddedStores>().Submission);
        }

        services.TryAddSingleton<IJobStore>(provider => provider.GetRequiredService<EmbeddedStores>().Jobs);
        services.TryAddSingleton<IJobQueue>(provider => provider.GetRequiredService<EmbeddedStores>().Queue);
        services.TryAddSingleton<IJobEvents>(provider => provider.GetRequiredService<EmbeddedStores>().Events);
        services.TryAddSingleton<IXmlRepository>(provider => provider.GetRequiredService<EmbeddedStores>().SecretKeys);
        services.TryAddSingleton<StoredSecrets>();
        services.TryAddSingleton<IObjectStore>(provider => provider.GetRequiredService<EmbeddedStores>().Objects);
        return services;
    }

    private sealed class EmbeddedStoresStartup(IServiceProvider services) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken)
        {
            services.GetRequiredService<EmbeddedStores>();
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
