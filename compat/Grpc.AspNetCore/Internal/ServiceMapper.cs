using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Finds a service's methods by running the generated <c>BindService</c> without an instance, and maps each to an
/// endpoint that makes an instance per call.
/// </summary>
internal sealed class ServiceMapper<TService> : ServiceBinderBase
    where TService : class
{
    private readonly IEndpointRouteBuilder _routes;
    private readonly MethodSettings _settings;
    private readonly ILogger _logger;
    private readonly List<IEndpointConventionBuilder> _endpoints = [];
    private readonly HashSet<string> _serviceNames = new(StringComparer.Ordinal);

    private ServiceMapper(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        _routes = routes;
        _settings = new MethodSettings(
            services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value,
            services.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value);
        _logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler");
    }

    public static IReadOnlyList<IEndpointConventionBuilder> Map(IEndpointRouteBuilder routes, MappedServices mapped)
    {
        var mapper = new ServiceMapper<TService>(routes);
        var (bind, baseType) = FindBindMethod();
        try
        {
            bind.Invoke(null, [mapper, null]);
        }
        catch (TargetInvocationException exception)
        {
            throw new InvalidOperationException($"Error binding gRPC service '{typeof(TService).Name}' ({baseType.Name}).", exception.InnerException);
        }

        mapper.MapFallbacks(mapped);
        return mapper._endpoints;
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>(
            method.Name, [typeof(TRequest), typeof(ServerCallContext)], out var attributes);
        var invoke = InterceptorPipeline.Unary<TRequest, TResponse>(
            _settings.Interceptors,
            async (request, context) =>
            {
                await using var service = ServiceActivator<TService>.Activate(context.GetHttpContext().RequestServices);
                return await implementation(service.Instance, request, context);
            });
        Map(method, new UnaryCallHandler<TRequest, TResponse>(method, _settings, _logger, invoke).HandleAsync, attributes);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>(
            method.Name, [typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext)], out var attributes);
        var invoke = InterceptorPipeline.ClientStreaming<TRequest, TResponse>(
            _settings.Interceptors,
            async (requests, context) =>
            {
                await using var service = ServiceActivator<TService>.Activate(context.GetHttpContext().RequestServices);
                return await implementation(service.Instance, requests, context);
            });
        Map(method, new ClientStreamingCallHandler<TRequest, TResponse>(method, _settings, _logger, invoke).HandleAsync, attributes);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
            method.Name, [typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)], out var attributes);
        var invoke = InterceptorPipeline.ServerStreaming<TRequest, TResponse>(
            _settings.Interceptors,
            async (request, responses, context) =>
            {
                await using var service = ServiceActivator<TService>.Activate(context.GetHttpContext().RequestServices);
                await implementation(service.Instance, request, responses, context);
            });
        Map(method, new ServerStreamingCallHandler<TRequest, TResponse>(method, _settings, _logger, invoke).HandleAsync, attributes);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
            method.Name, [typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)], out var attributes);
        var invoke = InterceptorPipeline.Duplex<TRequest, TResponse>(
            _settings.Interceptors,
            async (requests, responses, context) =>
            {
                await using var service = ServiceActivator<TService>.Activate(context.GetHttpContext().RequestServices);
                await implementation(service.Instance, requests, responses, context);
            });
        Map(method, new DuplexCallHandler<TRequest, TResponse>(method, _settings, _logger, invoke).HandleAsync, attributes);
    }

    private static (MethodInfo Bind, Type BaseType) FindBindMethod()
    {
        for (var type = typeof(TService); type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
            {
                var bind = attribute.BindType.GetMethod(
                    attribute.BindMethodName, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static, [typeof(ServiceBinderBase), type]);
                return (bind ?? throw new InvalidOperationException($"{attribute.BindType}.{attribute.BindMethodName} was not found."), type);
            }
        }

        throw new InvalidOperationException($"Cannot locate BindService(ServiceBinderBase, ServiceBase) method for the current service type: {typeof(TService).FullName}.");
    }

    private static TDelegate Find<TDelegate>(string name, Type[] parameters, out object[] attributes)
        where TDelegate : Delegate
    {
        var method = typeof(TService).GetMethod(name, BindingFlags.Public | BindingFlags.Instance, parameters)
            ?? throw new InvalidOperationException($"Could not find '{name}' on {typeof(TService)}.");
        attributes = [.. typeof(TService).GetCustomAttributes(inherit: true), .. method.GetCustomAttributes(inherit: true)];
        return method.CreateDelegate<TDelegate>();
    }

    private void Map(IMethod method, RequestDelegate handler, object[] attributes)
    {
        _serviceNames.Add(method.ServiceName);
        var endpoint = _routes.Map(method.FullName, handler);
        endpoint.Add(builder =>
        {
            builder.DisplayName = $"gRPC - {method.FullName}";
            builder.Metadata.Add(new GrpcMethodMetadata(typeof(TService), method));
            foreach (var attribute in attributes)
            {
                builder.Metadata.Add(attribute);
            }

            builder.Metadata.Add(new HttpMethodMetadata(["POST"], acceptCorsPreflight: true));
        });
        _endpoints.Add(endpoint);
    }

    private void MapFallbacks(MappedServices mapped)
    {
        if (!mapped.HasUnknownServiceEndpoint && !_settings.IgnoreUnknownServices)
        {
            mapped.HasUnknownServiceEndpoint = true;
            MapUnimplemented("{unimplementedService}/{unimplementedMethod}", "Service is unimplemented.");
        }

        foreach (var name in _serviceNames.Where(mapped.Names.Add))
        {
            MapUnimplemented(name + "/{unimplementedMethod}", "Method is unimplemented.");
        }
    }

    private void MapUnimplemented(string pattern, string detail)
    {
        var route = RoutePatternFactory.Parse(pattern, defaults: null, parameterPolicies: new { unimplementedMethod = new GrpcRequestConstraint() });
        var endpoint = _routes.Map(route, http =>
        {
            if (!RequestRules.TryRefuse(http))
            {
                GrpcServerLog.Unimplemented(_logger, http.Request.Path);
                http.Response.ContentType = Net.Internal.GrpcHeaders.ContentType;
                TrailerWriter.SetStatus(http.Response, new Status(StatusCode.Unimplemented, detail));
            }

            return Task.CompletedTask;
        });
        endpoint.Add(builder => builder.DisplayName = $"gRPC - Unimplemented: {pattern}");
        _endpoints.Add(endpoint);
    }
}
