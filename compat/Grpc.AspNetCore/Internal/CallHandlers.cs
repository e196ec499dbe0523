using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed class UnaryCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodSettings settings, ILogger logger, UnaryServerMethod<TRequest, TResponse> invoke)
    : CallHandler<TRequest, TResponse>(method, settings, logger)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(HttpContext http, HttpContextServerCallContext context)
    {
        var request = await ReadRequestAsync(context);
        await WriteResponseAsync(context, await invoke(request, context));
    }
}

internal sealed class ClientStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodSettings settings, ILogger logger, ClientStreamingServerMethod<TRequest, TResponse> invoke)
    : CallHandler<TRequest, TResponse>(method, settings, logger)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(HttpContext http, HttpContextServerCallContext context)
    {
        LiftRequestLimits(http);
        await WriteResponseAsync(context, await invoke(RequestStream(context), context));
    }
}

internal sealed class ServerStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodSettings settings, ILogger logger, ServerStreamingServerMethod<TRequest, TResponse> invoke)
    : CallHandler<TRequest, TResponse>(method, settings, logger)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(HttpContext http, HttpContextServerCallContext context)
    {
        LiftTimeout(http);
        var request = await ReadRequestAsync(context);
        await invoke(request, ResponseStream(context), context);
    }
}

internal sealed class DuplexCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodSettings settings, ILogger logger, DuplexStreamingServerMethod<TRequest, TResponse> invoke)
    : CallHandler<TRequest, TResponse>(method, settings, logger)
    where TRequest : class
    where TResponse : class
{
    protected override Task InvokeAsync(HttpContext http, HttpContextServerCallContext context)
    {
        LiftRequestLimits(http);
        return invoke(RequestStream(context), ResponseStream(context), context);
    }
}
