using Artorizer.Contracts.Rpc;
using Artorizer.Contracts.Wire;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Artorizer.Router.Security;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Artorizer.Router.Grpc;

/// <summary>
/// Turns refusals into gRPC status: what is an HTTP status and an <c>error</c> there is a code and a detail here. Counts streams.
/// </summary>
internal sealed class ApiExceptionInterceptor : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (Translate(e, context) is { } status)
        {
            throw status;
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            using var stream = Enter(context);
            return await continuation(requestStream, context);
        }
        catch (Exception e) when (Translate(e, context) is { } status)
        {
            throw status;
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            using var stream = Enter(context);
            await continuation(request, responseStream, context);
        }
        catch (Exception e) when (Translate(e, context) is { } status)
        {
            throw status;
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            using var stream = Enter(context);
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception e) when (Translate(e, context) is { } status)
        {
            throw status;
        }
    }

    private static IDisposable Enter(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        return http.RequestServices.GetRequiredService<OpenStreams>().Enter(http);
    }

    private static RpcException? Translate(Exception exception, ServerCallContext context) => exception switch
    {
        OperationCanceledException or IOException when context.GetHttpContext().IsKeyRemoved() => GrpcRefusals.Of(KeyRemoval.Refusal()),
        ApiException e => GrpcRefusals.Of(e),
        InvalidProtocolBufferException e => CheckedBinder.Refusal(e),
        WireFormatException e => GrpcRefusals.Of(ApiException.Malformed(e)),
        StorageFullException e => new RpcException(new Status(StatusCode.ResourceExhausted, e.Message)),
        StoreUnavailableException => GrpcRefusals.Of(ApiException.StoreUnavailable()),
        _ => null,
    };
}
