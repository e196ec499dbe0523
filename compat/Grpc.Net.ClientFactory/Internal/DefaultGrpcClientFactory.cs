using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory.Internal;

/// <summary>Makes a client on the shared channel of its name.</summary>
internal sealed class DefaultGrpcClientFactory(
    IServiceProvider services,
    ChannelCache channels,
    RegisteredClients registered,
    IOptionsMonitor<GrpcClientFactoryOptions> options) : GrpcClientFactory
{
    public override TClient CreateClient<TClient>(string name)
    {
        if (!registered.Contains(name, typeof(TClient)))
        {
            throw new InvalidOperationException($"No gRPC client configured with name '{name}'.");
        }

        var invoker = channels.Get(name, typeof(TClient));
        var settings = options.Get(name);
        invoker = Intercept(invoker, settings, services, InterceptorScope.Client);
        if (settings.CallOptionsActions.Count > 0)
        {
            invoker = invoker.Intercept(new CallOptionsInterceptor(settings.CallOptionsActions, services));
        }

        if (settings.Creator is null)
        {
            return ActivatorUtilities.CreateInstance<TClient>(services, invoker);
        }

        return settings.Creator(invoker) as TClient
            ?? throw new InvalidOperationException($"The configured client creator did not return a {typeof(TClient).FullName}.");
    }

    public static CallInvoker Intercept(CallInvoker invoker, GrpcClientFactoryOptions options, IServiceProvider services, InterceptorScope scope)
    {
        // The first one registered is called first, so it goes on last.
        foreach (var registration in options.InterceptorRegistrations.Reverse())
        {
            if (registration.Scope == scope)
            {
                invoker = invoker.Intercept(registration.Creator(services));
            }
        }

        return invoker;
    }
}
