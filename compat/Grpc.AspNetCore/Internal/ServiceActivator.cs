using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Takes a service from the container, or makes one with the container's help.</summary>
internal static class ServiceActivator<TService>
    where TService : class
{
    private static readonly Lazy<ObjectFactory<TService>> Factory = new(() => ActivatorUtilities.CreateFactory<TService>(Type.EmptyTypes));

    public static Lease<TService> Activate(IServiceProvider services) => services.GetService<TService>() is { } registered
        ? new Lease<TService>(registered, owned: false)
        : new Lease<TService>(Factory.Value(services, []), owned: true);
}
