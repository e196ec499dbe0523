using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Artorizer.Interop;
using Google.Protobuf;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>The server's bytes and headers, against PROTOCOL-HTTP2.md.</summary>
public sealed class ServerWireTests : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true }) { Timeout = TimeSpan.FromSeconds(30) };
    private InteropServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await InteropServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Answer_has_its_parts_in_their_places()
    {
        using var response = await SendAsync("Unary", RawCall.Frame(new Request { ReplySize = 3 }));
        var body = await response.Content.ReadAsByteArrayAsync(Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/grpc", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(RawCall.Frame(new Reply { Payload = ByteString.CopyFrom(new byte[3]) }), body);
        Assert.Null(RawCall.Header(response.Headers, "grpc-status"));
        Assert.Equal("0", RawCall.Header(response.TrailingHeaders, "grpc-status"));
    }

    [Fact]
    public async Task Error_without_messages_is_trailers_only()
    {
        using var response = await SendAsync("Unary", RawCall.Frame(new Request { FailWith = 9, FailDetail = "é %\n" }));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal("9", RawCall.Header(response.Headers, "grpc-status"));
        Assert.Equal("%C3%A9 %25%0A", RawCall.Header(response.Headers, "grpc-message"));
        Assert.Equal("AP8K", RawCall.Header(response.Headers, "x-failed-bin"));
        Assert.Empty(response.TrailingHeaders);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/grpcish")]
    public async Task Other_content_types_are_unsupported(string contentType)
    {
        using var content = new ByteArrayContent([]);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var response = await _http.SendAsync(RawCall.Post(_server.Address, "Unary", content), Stop);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc; charset=utf-8")]
    public async Task Forms_of_the_content_type_are_supported(string contentType)
    {
        using var content = new ByteArrayContent(RawCall.Frame(new Request()));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await _http.SendAsync(RawCall.Post(_server.Address, "Unary", content), Stop);
        await response.Content.ReadAsByteArrayAsync(Stop);
        Assert.Equal("0", RawCall.Status(response));
    }

    [Fact]
    public async Task Unknown_encoding_is_unimplemented_and_told_what_is_known()
    {
        using var response = await SendAsync("Unary", RawCall.Frame(new Request(), flag: 1), ("grpc-encoding", "snappy"));
        Assert.Equal("12", RawCall.Status(response));
        Assert.Equal("identity,gzip,deflate", RawCall.Header(response.Headers, "grpc-accept-encoding"));
    }

    [Fact]
    public async Task Malformed_streams_are_internal_errors()
    {
        var message = RawCall.Frame(new Request());
        foreach (var body in (byte[][])
        [
            RawCall.Frame(new Request(), flag: 1), // Compressed, with no grpc-encoding.
            RawCall.Frame(new Request(), flag: 2),
            [0, 0, 0],
            RawCall.Frame(new byte[3], length: 4),
            [.. message, .. message],
            [],
        ])
        {
            using var response = await SendAsync("Unary", body);
            Assert.Equal("13", RawCall.Status(response));
        }

        using var garbage = await SendAsync("Unary", RawCall.Frame(new byte[20], flag: 1), ("grpc-encoding", "gzip"));
        Assert.Equal("13", RawCall.Status(garbage));
    }

    [Fact]
    public async Task Length_is_refused_before_the_message_arrives()
    {
        // 4 GiB announced, none of it sent, and the stream left open.
        using var request = RawCall.Post(_server.Address, "Unary", new UnfinishedContent(RawCall.Frame([], length: uint.MaxValue)));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal("8", RawCall.Status(response));
    }

    [Fact]
    public async Task Compression_follows_what_the_client_accepts()
    {
        var frame = RawCall.Frame(new Request { ReplySize = 10_000, Compress = true });
        using var gzip = await SendAsync("Unary", frame, ("grpc-accept-encoding", "identity, gzip"));
        var body = await gzip.Content.ReadAsByteArrayAsync(Stop);
        Assert.Equal("gzip", RawCall.Header(gzip.Headers, "grpc-encoding"));
        Assert.Equal(1, body[0]);
        using var decompressed = new GZipStream(new MemoryStream(body[5..]), CompressionMode.Decompress);
        Assert.Equal(10_000, Reply.Parser.ParseFrom(decompressed).Payload.Length);

        using var plain = await SendAsync("Unary", frame, ("grpc-accept-encoding", "identity"));
        body = await plain.Content.ReadAsByteArrayAsync(Stop);
        Assert.Null(RawCall.Header(plain.Headers, "grpc-encoding"));
        Assert.Equal(0, body[0]);
    }

    [Theory]
    [InlineData("Unary")]
    [InlineData("ServerStream")]
    [InlineData("ClientStream")]
    [InlineData("Duplex")]
    public async Task Server_enforces_the_deadline_by_itself(string method)
    {
        var frame = RawCall.Frame(new Request { Name = $"wire-deadline-{method}", Count = 1, DelayMs = 60_000 });
        using var response = await SendAsync(method, frame, ("grpc-timeout", "200m"));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal("4", RawCall.Header(response.Headers, "grpc-status"));
    }

    [Fact]
    public async Task Deadline_in_the_middle_of_a_stream_comes_after_its_messages()
    {
        var frame = RawCall.Frame(new Request { Name = "wire-deadline-middle", Count = 100_000, DelayMs = 10, ReplySize = 10 });
        using var response = await SendAsync("ServerStream", frame, ("grpc-timeout", "500m"));
        Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal("4", RawCall.Header(response.TrailingHeaders, "grpc-status"));
    }

    [Fact]
    public async Task Deadline_reaches_a_client_that_did_not_read()
    {
        // The stream's window is full when the deadline passes; what was buffered is delivered, and the status behind it.
        var frame = RawCall.Frame(new Request { Name = "wire-deadline-unread", Count = 100_000, ReplySize = 1_000_000 });
        using var request = RawCall.Post(_server.Address, "ServerStream", new ByteArrayContent(frame), ("grpc-timeout", "300m"));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        await Task.Delay(TimeSpan.FromSeconds(1), Stop);
        await response.Content.ReadAsByteArrayAsync(Stop);
        Assert.Equal("4", RawCall.Header(response.TrailingHeaders, "grpc-status"));
    }

    [Fact]
    public async Task Invalid_timeouts_are_ignored()
    {
        foreach (var timeout in (string[])["", "1", "S", "1s", "-1S", "999999999S", "1 S"])
        {
            using var response = await SendAsync("Unary", RawCall.Frame(new Request()), ("grpc-timeout", timeout));
            Assert.Equal("0", RawCall.Status(response));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string method, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = RawCall.Post(_server.Address, method, new ByteArrayContent(body), headers);
        return await _http.SendAsync(request, Stop);
    }
}
