using Artorizer.Contracts.Engine;
using Artorizer.Jobs.Engine;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the way to the image engine.</summary>
public static class EngineServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ProtectionRunner"/>, <see cref="HashRunner"/> and <see cref="EngineCatalog"/> with their clients.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="configure">
    /// Applied to both clients. Their calls are streams with deadlines of their own, and jobs are retried as a whole, so a
    /// host with default resilience handlers takes these clients out of them.
    /// </param>
    public static IServiceCollection AddImageEngineClient(this IServiceCollection services, Action<IHttpClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<EngineClientOptions>().BindConfiguration(EngineClientOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        configure(services.AddGrpcClient<ImageEngine.ImageEngineClient>((provider, client) =>
            client.Address = provider.GetRequiredService<IOptions<EngineClientOptions>>().Value.Address));
        var direct = services.AddHttpClient<DirectEngineClient>();
        configure(direct);
        direct.ConfigureHttpClient((provider, client) =>
        {
            var options = provider.GetRequiredService<IOptions<EngineClientOptions>>().Value;
            client.BaseAddress = options.Address;
            client.Timeout = options.Timeout;
        });
        services.AddSingleton<EngineCatalog>();
        services.AddTransient<ProtectionRunner>();
        services.AddTransient<HashRunner>();
        return services;
    }
}
