using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Runs one method's calls; the kinds of call differ in <see cref="InvokeAsync"/> only.</summary>
internal abstract class CallHandler<TRequest, TResponse>(Method<TRequest, TResponse> method, MethodSettings settings, ILogger logger)
    where TRequest : class
    where TResponse : class
{
    public async Task HandleAsync(HttpContext http)
    {
        if (RequestRules.TryRefuse(http))
        {
            return;
        }

        await using var context = new HttpContextServerCallContext(http, settings, logger);
        try
        {
            context.Begin();
            await InvokeAsync(http, context);
        }
        catch (Exception exception)
        {
            context.Fail(exception);
        }

        await context.EndAsync();
    }

    protected abstract Task InvokeAsync(HttpContext http, HttpContextServerCallContext context);

    protected async ValueTask<TRequest> ReadRequestAsync(HttpContextServerCallContext context) =>
        await context.Reader.ReadSingleAsync(method.RequestMarshaller.ContextualDeserializer, context.Aborted)
            ?? throw new RpcException(new Status(StatusCode.Internal, "Incomplete message."));

    protected HttpContextStreamReader<TRequest> RequestStream(HttpContextServerCallContext context) =>
        new(context, method.RequestMarshaller.ContextualDeserializer);

    protected HttpContextStreamWriter<TResponse> ResponseStream(HttpContextServerCallContext context) =>
        new(context, method.ResponseMarshaller.ContextualSerializer);

    protected Task WriteResponseAsync(HttpContextServerCallContext context, TResponse? response) => response is null
        ? throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."))
        : context.WriteResponseAsync(response, method.ResponseMarshaller.ContextualSerializer);

    /// <summary>A stream may be slow, long and large on purpose.</summary>
    protected static void LiftRequestLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        LiftTimeout(http);
    }

    protected static void LiftTimeout(HttpContext http)
    {
        var metadata = http.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<RequestTimeoutAttribute>() is null && metadata?.GetMetadata<RequestTimeoutPolicy>() is null)
        {
            http.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        }
    }
}
