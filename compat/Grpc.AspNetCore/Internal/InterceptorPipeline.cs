using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Wraps a method in its interceptors, the first registered outermost. Built once; each call makes its own interceptors.</summary>
internal static class InterceptorPipeline
{
    public static UnaryServerMethod<TRequest, TResponse> Unary<TRequest, TResponse>(IReadOnlyList<InterceptorRegistration> interceptors, UnaryServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class =>
        interceptors.Reverse().Aggregate(method, (next, registration) => async (request, context) =>
        {
            await using var interceptor = registration.Activate(context.GetHttpContext().RequestServices);
            return await interceptor.Instance.UnaryServerHandler(request, context, next);
        });

    public static ClientStreamingServerMethod<TRequest, TResponse> ClientStreaming<TRequest, TResponse>(IReadOnlyList<InterceptorRegistration> interceptors, ClientStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class =>
        interceptors.Reverse().Aggregate(method, (next, registration) => async (requests, context) =>
        {
            await using var interceptor = registration.Activate(context.GetHttpContext().RequestServices);
            return await interceptor.Instance.ClientStreamingServerHandler(requests, context, next);
        });

    public static ServerStreamingServerMethod<TRequest, TResponse> ServerStreaming<TRequest, TResponse>(IReadOnlyList<InterceptorRegistration> interceptors, ServerStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class =>
        interceptors.Reverse().Aggregate(method, (next, registration) => async (request, responses, context) =>
        {
            await using var interceptor = registration.Activate(context.GetHttpContext().RequestServices);
            await interceptor.Instance.ServerStreamingServerHandler(request, responses, context, next);
        });

    public static DuplexStreamingServerMethod<TRequest, TResponse> Duplex<TRequest, TResponse>(IReadOnlyList<InterceptorRegistration> interceptors, DuplexStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class =>
        interceptors.Reverse().Aggregate(method, (next, registration) => async (requests, responses, context) =>
        {
            await using var interceptor = registration.Activate(context.GetHttpContext().RequestServices);
            await interceptor.Instance.DuplexStreamingServerHandler(requests, responses, context, next);
        });
}
