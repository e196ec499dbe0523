using Grpc.AspNetCore.Server.Internal;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>An interceptor's type and the arguments that its constructor gets besides services.</summary>
public class InterceptorRegistration
{
    private readonly object[] _args;
    private readonly Lazy<ObjectFactory> _factory;

    internal InterceptorRegistration(Type type, object[] args)
    {
        Type = type;
        _args = args;
        _factory = new Lazy<ObjectFactory>(() => ActivatorUtilities.CreateFactory(type, [.. args.Select(arg => arg.GetType())]));
    }

    public Type Type { get; }

    public IReadOnlyList<object> Arguments => _args;

    internal Lease<Interceptor> Activate(IServiceProvider services) =>
        _args.Length == 0 && services.GetService(Type) is Interceptor registered
            ? new Lease<Interceptor>(registered, owned: false)
            : new Lease<Interceptor>((Interceptor)_factory.Value(services, _args), owned: true);
}
