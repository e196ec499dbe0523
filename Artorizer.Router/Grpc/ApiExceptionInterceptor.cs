using Artorizer.Contracts.Wire;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;
using Artorizer.Router.Errors;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Artorizer.Router.Grpc;

/// <summary>Turns refusals into gRPC status: what is an HTTP status and an <c>error</c> there is a code and a detail here.</summary>
internal sealed class ApiExceptionInterceptor : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (Translate(e) is { } status)
        {
            throw status;
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception e) when (Translate(e) is { } status)
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
            await continuation(request, responseStream, context);
        }
        catch (Exception e) when (Translate(e) is { } status)
        {
            throw status;
        }
    }

    private static RpcException? Translate(Exception exception) => exception switch
    {
        ApiException e => GrpcRefusals.Of(e),
        WireFormatException e => GrpcRefusals.Of(ApiException.Malformed(e)),
        StorageFullException e => new RpcException(new Status(StatusCode.ResourceExhausted, e.Message)),
        StoreUnavailableException => GrpcRefusals.Of(ApiException.StoreUnavailable()),
        _ => null,
    };
}
