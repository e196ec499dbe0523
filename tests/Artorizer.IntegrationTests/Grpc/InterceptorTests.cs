using System.Collections.Concurrent;
using System.Diagnostics;
using Artorizer.Interop;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>Interceptors on both sides.</summary>
public sealed class InterceptorTests : IAsyncLifetime
{
    private readonly Journal _journal = new();
    private InteropServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await InteropServer.StartAsync(
        options => options.Interceptors.Add<NamedInterceptor>("all"),
        services =>
        {
            services.AddSingleton(_journal);
            services.AddGrpc().AddServiceOptions<InteropService>(options => options.Interceptors.Add<NamedInterceptor>("one"));
        });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Server_interceptors_wrap_every_kind_of_call_in_order()
    {
        using var channel = _server.Connect();
        var client = new Interop.Interop.InteropClient(channel);
        await client.UnaryAsync(new Request(), cancellationToken: Stop);
        using var server = client.ServerStream(new Request(), cancellationToken: Stop);
        Assert.False(await server.ResponseStream.MoveNext(Stop));
        using var upload = client.ClientStream(cancellationToken: Stop);
        await upload.RequestStream.CompleteAsync();
        await upload;
        using var duplex = client.Duplex(cancellationToken: Stop);
        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext(Stop));

        Assert.Equal(
            ["Unary", "ServerStream", "ClientStream", "Duplex"],
            _journal.Lines.Where(line => line.StartsWith("all before", StringComparison.Ordinal)).Select(line => line.Split('/')[^1]));
        Assert.Equal(
            ["all before", "one before", "one after", "one disposed", "all after", "all disposed"],
            _journal.Lines.Take(6).Select(line => line.Split(" /")[0]));
    }

    [Fact]
    public async Task Client_interceptors_change_the_call()
    {
        using var channel = _server.Connect();
        var invoker = channel
            .Intercept(new HeaderInterceptor("x-inner"))
            .Intercept(headers =>
            {
                headers.Add("x-outer", "set");
                return headers;
            });
        using var call = new Interop.Interop.InteropClient(invoker).UnaryAsync(new Request(), cancellationToken: Stop);
        var headers = await call.ResponseHeadersAsync;
        await call;
        Assert.Equal(("set", "set"), (headers.GetValue("x-inner"), headers.GetValue("x-outer")));
    }

    [Fact]
    public async Task Trace_context_and_peer_arrive()
    {
        using var activity = new Activity("caller").Start();
        using var channel = _server.Connect();
        await new Interop.Interop.InteropClient(channel).UnaryAsync(new Request(), cancellationToken: Stop);
        var call = _journal.LastCall!;
        Assert.Contains(activity.TraceId.ToString(), call.TraceParent, StringComparison.Ordinal);
        Assert.StartsWith("ipv4:127.0.0.1:", call.Peer, StringComparison.Ordinal);
        Assert.Equal(("/artorizer.interop.Interop/Unary", _server.Authority, DateTime.MaxValue), (call.Method, call.Host, call.Deadline));
    }

    private sealed class Journal
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public CallFacts? LastCall { get; set; }
    }

    private sealed record CallFacts(string? TraceParent, string Peer, string Method, string Host, DateTime Deadline);

    private sealed class NamedInterceptor(Journal journal, string name) : Interceptor, IDisposable
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Before(context);
            var response = await continuation(request, context);
            After(context);
            return response;
        }

        public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Before(context);
            var response = await continuation(requestStream, context);
            After(context);
            return response;
        }

        public override async Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Before(context);
            await continuation(request, responseStream, context);
            After(context);
        }

        public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Before(context);
            await continuation(requestStream, responseStream, context);
            After(context);
        }

        public void Dispose() => journal.Lines.Enqueue($"{name} disposed");

        private void Before(ServerCallContext context)
        {
            journal.LastCall = new CallFacts(
                context.RequestHeaders.GetValue("traceparent"), context.Peer, context.Method, context.Host, context.Deadline);
            journal.Lines.Enqueue($"{name} before {context.Method}");
        }

        private void After(ServerCallContext context) => journal.Lines.Enqueue($"{name} after {context.Method}");
    }

    private sealed class HeaderInterceptor(string header) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var headers = new Metadata { { header, "set" } };
            foreach (var entry in context.Options.Headers ?? [])
            {
                headers.Add(entry);
            }

            return continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers)));
        }
    }
}
