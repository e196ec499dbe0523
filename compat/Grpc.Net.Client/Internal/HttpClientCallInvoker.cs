using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Makes each call an HTTP request.</summary>
internal sealed class HttpClientCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.ResponseAsync.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        call.Start(call.UnaryContent(request));
        return new AsyncUnaryCall<TResponse>(
            call.ResponseAsync,
            Callbacks<TRequest, TResponse>.Headers,
            Callbacks<TRequest, TResponse>.Status,
            Callbacks<TRequest, TResponse>.Trailers,
            Callbacks<TRequest, TResponse>.Dispose,
            call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        call.Start(call.UnaryContent(request));
        return new AsyncServerStreamingCall<TResponse>(
            call.ResponseStream,
            Callbacks<TRequest, TResponse>.Headers,
            Callbacks<TRequest, TResponse>.Status,
            Callbacks<TRequest, TResponse>.Trailers,
            Callbacks<TRequest, TResponse>.Dispose,
            call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        var writer = new RequestStreamWriter<TRequest, TResponse>(call);
        call.Start(writer.Content);
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            writer,
            call.ResponseAsync,
            Callbacks<TRequest, TResponse>.Headers,
            Callbacks<TRequest, TResponse>.Status,
            Callbacks<TRequest, TResponse>.Trailers,
            Callbacks<TRequest, TResponse>.Dispose,
            call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options);
        var writer = new RequestStreamWriter<TRequest, TResponse>(call);
        call.Start(writer.Content);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            writer,
            call.ResponseStream,
            Callbacks<TRequest, TResponse>.Headers,
            Callbacks<TRequest, TResponse>.Status,
            Callbacks<TRequest, TResponse>.Trailers,
            Callbacks<TRequest, TResponse>.Dispose,
            call);
    }

    private static class Callbacks<TRequest, TResponse>
        where TRequest : class
        where TResponse : class
    {
        public static readonly Func<object, Task<Metadata>> Headers = call => ((GrpcCall<TRequest, TResponse>)call).ResponseHeadersAsync;
        public static readonly Func<object, Status> Status = call => ((GrpcCall<TRequest, TResponse>)call).GetStatus();
        public static readonly Func<object, Metadata> Trailers = call => ((GrpcCall<TRequest, TResponse>)call).GetTrailers();
        public static readonly Action<object> Dispose = call => ((GrpcCall<TRequest, TResponse>)call).Dispose();
    }
}
