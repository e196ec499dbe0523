using System.Net.Http.Headers;
using Artorizer.Contracts.Engine;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Engine.Connection;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the way to the image engine.</summary>
public static class EngineServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ProtectionRunner"/>, <see cref="HashRunner"/> and <see cref="EngineCatalog"/> with their clients.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="configureDirect">
    /// Applied to the client of the baseline, whose requests are streams with a limit of their own: a host with default resilience
    /// handlers takes this client out of them.
    /// </param>
    public static IServiceCollection AddImageEngineClient(this IServiceCollection services, Action<IHttpClientBuilder> configureDirect)
    {
        ArgumentNullException.ThrowIfNull(configureDirect);
        services.AddOptions<EngineClientOptions>().BindConfiguration(EngineClientOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddServiceDiscovery();
        services.AddSingleton<EngineChannel>();
        services.AddHostedService<EngineConnectionLog>();
        services.AddSingleton(provider => new ImageEngine.ImageEngineClient(provider.GetRequiredService<EngineChannel>().CallInvoker));
        var direct = services.AddHttpClient<DirectEngineClient>();
        configureDirect(direct);
        direct.ConfigureHttpClient((provider, client) =>
        {
            var options = provider.GetRequiredService<IOptions<EngineClientOptions>>().Value;
            client.BaseAddress = options.Address;
            client.Timeout = options.Timeout;
            if (options.Secret is { } secret)
            {
                client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
            }
        });
        direct.ConfigurePrimaryHttpMessageHandler(EngineChannel.NewHandler);
        services.AddSingleton<EngineCatalog>();
        services.AddTransient<ProtectionRunner>();
        services.AddTransient<HashRunner>();
        return services;
    }
}
