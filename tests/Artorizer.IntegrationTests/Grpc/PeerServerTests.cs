using System.Net.Sockets;
using Artorizer.Interop;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>The own client against a grpcio server.</summary>
[Collection(GrpcPeers.Collection)]
public sealed class PeerServerTests : IDisposable
{
    private readonly GrpcPeers _peers;
    private readonly RecordingHandler _http = new();
    private readonly GrpcChannel _channel;
    private readonly Interop.Interop.InteropClient _client;

    public PeerServerTests(GrpcPeers peers)
    {
        _peers = peers;
        _channel = GrpcChannel.ForAddress(peers.PythonServerAddress, new GrpcChannelOptions { HttpHandler = _http, MaxReceiveMessageSize = null });
        _client = new Interop.Interop.InteropClient(_channel);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Messages_of_any_size_come_back_as_they_were()
    {
        foreach (var size in (int[])[0, 1, 4091, 65_536, 1_000_000, 64 * 1024 * 1024])
        {
            var payload = Payload.Create(size);
            var reply = await _client.UnaryAsync(new Request { Payload = UnsafeByteOperations.UnsafeWrap(payload) }, cancellationToken: Stop);
            Assert.True(reply.Payload.Span.SequenceEqual(payload), $"{size} bytes changed.");
        }
    }

    [Fact]
    public async Task Streams_of_all_kinds_arrive_in_order()
    {
        using var server = _client.ServerStream(new Request { Count = 300, ReplySize = 20_000 }, cancellationToken: Stop);
        var indexes = new List<int>();
        await foreach (var reply in server.ResponseStream.ReadAllAsync(Stop))
        {
            Assert.Equal(20_000, reply.Payload.Length);
            indexes.Add(reply.Index);
        }

        Assert.Equal(Enumerable.Range(0, 300), indexes);

        using var client = _client.ClientStream(cancellationToken: Stop);
        for (var i = 0; i < 300; i++)
        {
            await client.RequestStream.WriteAsync(new Request { Payload = ByteString.CopyFrom(Payload.Create(i * 100)) }, Stop);
        }

        await client.RequestStream.CompleteAsync();
        Assert.Equal(new Summary { Messages = 300, Bytes = 299 * 300 / 2 * 100 }, await client);

        using var duplex = _client.Duplex(cancellationToken: Stop);
        for (var i = 0; i < 50; i++)
        {
            await duplex.RequestStream.WriteAsync(new Request { Payload = ByteString.CopyFrom(Payload.Create(i)) }, Stop);
            Assert.True(await duplex.ResponseStream.MoveNext(Stop));
            Assert.Equal((i, i), (duplex.ResponseStream.Current.Index, duplex.ResponseStream.Current.Payload.Length));
        }

        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext(Stop));
        Assert.Equal(StatusCode.OK, duplex.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Status_detail_and_trailers_of_an_error_arrive()
    {
        const string Detail = "Nicht gefunden: Grüße, 100 %\n日本語";
        var request = new Request { FailWith = 5, FailDetail = Detail, Count = 3 };

        AssertFailure(await Assert.ThrowsAsync<RpcException>(() => _client.UnaryAsync(request, cancellationToken: Stop).ResponseAsync));

        using var server = _client.ServerStream(request, cancellationToken: Stop);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await server.ResponseStream.MoveNext(Stop));
        }

        AssertFailure(await Assert.ThrowsAsync<RpcException>(() => server.ResponseStream.MoveNext(Stop)));
        Assert.Equal(StatusCode.NotFound, server.GetStatus().StatusCode);
        Assert.Equal([0, 255, 10], server.GetTrailers().GetValueBytes("x-failed-bin")!);

        using var client = _client.ClientStream(cancellationToken: Stop);
        await WriteAsync(client.RequestStream);
        AssertFailure(await Assert.ThrowsAsync<RpcException>(() => client.ResponseAsync));
        AssertFailure(await Assert.ThrowsAsync<RpcException>(() => client.RequestStream.WriteAsync(request, Stop)));

        using var duplex = _client.Duplex(cancellationToken: Stop);
        await WriteAsync(duplex.RequestStream);
        AssertFailure(await Assert.ThrowsAsync<RpcException>(() => duplex.ResponseStream.MoveNext(Stop)));

        // The server may have failed, and reset the request stream, before the write is through.
        async Task WriteAsync(IClientStreamWriter<Request> stream)
        {
            if (await Record.ExceptionAsync(() => stream.WriteAsync(request, Stop)) is { } exception)
            {
                AssertFailure(Assert.IsType<RpcException>(exception));
            }
        }

        static void AssertFailure(RpcException exception)
        {
            Assert.Equal((StatusCode.NotFound, Detail), (exception.StatusCode, exception.Status.Detail));
            Assert.Equal([0, 255, 10], exception.Trailers.GetValueBytes("x-failed-bin")!);
        }
    }

    [Fact]
    public async Task Metadata_comes_back_in_headers_and_trailers()
    {
        var metadata = new Metadata
        {
            { "x-text", "a value, with a comma" },
            { "X-Mixed-Case", "kept" },
            // One value only: HttpClient sends several as one header, joined by commas, which grpcio cannot read.
            { "x-bytes-bin", Payload.Create(256) },
        };
        using var call = _client.UnaryAsync(new Request(), metadata, cancellationToken: Stop);
        var headers = await call.ResponseHeadersAsync;
        await call;
        foreach (var (received, prefix) in new[] { (headers, "x-"), (call.GetTrailers(), "x-trailer-") })
        {
            Assert.Equal("a value, with a comma", received.GetValue(prefix + "text"));
            Assert.Equal("kept", received.GetValue(prefix + "mixed-case"));
            Assert.Equal(Payload.Create(256), received.GetValueBytes(prefix + "bytes-bin")!);
        }
    }

    [Fact]
    public async Task Deadline_ends_the_call_on_both_sides()
    {
        var request = new Request { Name = "python-deadline", Count = 1, DelayMs = 30_000 };
        var exception = await Assert.ThrowsAsync<RpcException>(
            () => _client.UnaryAsync(request, deadline: DateTime.UtcNow.AddMilliseconds(300), cancellationToken: Stop).ResponseAsync);
        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        await ServerSawCancellationsAsync("python-deadline", 1);

        using var stream = _client.ServerStream(request, deadline: DateTime.UtcNow.AddMilliseconds(300), cancellationToken: Stop);
        exception = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Stop));
        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        await ServerSawCancellationsAsync("python-deadline", 2);
    }

    [Fact]
    public async Task Cancellation_reaches_the_server()
    {
        var request = new Request { Name = "python-cancel", DelayMs = 60_000 };
        using (var stream = _client.ServerStream(new Request { Name = "python-cancel", Count = 2000, DelayMs = 10 }, cancellationToken: Stop))
        {
            Assert.True(await stream.ResponseStream.MoveNext(Stop));
            // Disposed here, in the middle of the stream.
        }

        await ServerSawCancellationsAsync("python-cancel", 1);

        using var source = new CancellationTokenSource();
        using var unary = _client.UnaryAsync(request, cancellationToken: source.Token);
        await unary.ResponseHeadersAsync;
        await source.CancelAsync();
        var exception = await Assert.ThrowsAsync<RpcException>(() => unary.ResponseAsync);
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await ServerSawCancellationsAsync("python-cancel", 2);
    }

    [Fact]
    public async Task Gzip_is_written_and_read()
    {
        var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        var reply = await _client.UnaryAsync(
            new Request { Payload = ByteString.CopyFrom(Payload.Create(300_000)), Compress = true }, headers, cancellationToken: Stop);
        Assert.True(reply.Payload.Span.SequenceEqual(Payload.Create(300_000)));
        Assert.Equal("gzip", _http.LastResponse!.Headers.GetValues("grpc-encoding").Single());
        Assert.Equal("gzip", _http.LastResponse.RequestMessage!.Headers.GetValues("grpc-encoding").Single());
    }

    [Fact]
    public async Task Messages_over_a_limit_are_refused()
    {
        using var channel = GrpcChannel.ForAddress(
            _peers.PythonServerAddress, new GrpcChannelOptions { MaxReceiveMessageSize = 1000, MaxSendMessageSize = 2000 });
        var client = new Interop.Interop.InteropClient(channel);
        var received = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new Request { ReplySize = 1001 }, cancellationToken: Stop).ResponseAsync);
        Assert.Equal((StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."), (received.StatusCode, received.Status.Detail));

        var large = new Request { Payload = ByteString.CopyFrom(new byte[2001]) };
        var sent = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(large, cancellationToken: Stop).ResponseAsync);
        Assert.Equal((StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."), (sent.StatusCode, sent.Status.Detail));

        // A refused message of a stream leaves the stream as it was.
        using var stream = client.ClientStream(cancellationToken: Stop);
        sent = await Assert.ThrowsAsync<RpcException>(() => stream.RequestStream.WriteAsync(large, Stop));
        Assert.Equal(StatusCode.ResourceExhausted, sent.StatusCode);
        await stream.RequestStream.WriteAsync(new Request(), Stop);
        await stream.RequestStream.CompleteAsync();
        Assert.Equal(1, (await stream).Messages);
    }

    [Fact]
    public async Task Unknown_method_is_unimplemented()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => _client.NotImplementedAsync(new Request(), cancellationToken: Stop).ResponseAsync);
        Assert.Equal(StatusCode.Unimplemented, exception.StatusCode);
    }

    [Fact]
    public async Task Unix_domain_socket_is_reached()
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_peers.PythonSocketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler });
        var reply = await new Interop.Interop.InteropClient(channel).UnaryAsync(new Request { ReplySize = 7 }, cancellationToken: Stop);
        Assert.Equal(7, reply.Payload.Length);
    }

    private Task ServerSawCancellationsAsync(string name, int count) => Eventually.HoldsAsync(
        async () => (await _client.CountCancelledAsync(new Request { Name = name }, cancellationToken: Stop)).Messages == count,
        $"The server did not see that {name} was cancelled.");

    private sealed class RecordingHandler() : DelegatingHandler(new SocketsHttpHandler { EnableMultipleHttp2Connections = true })
    {
        public HttpResponseMessage? LastResponse { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            LastResponse = await base.SendAsync(request, cancellationToken);
    }
}
