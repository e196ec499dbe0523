using System.Net;
using System.Net.Sockets;
using Artorizer.Interop;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>What the client makes of answers that are no gRPC answers.</summary>
public sealed class ClientErrorTests : IAsyncLifetime
{
    private WebApplication _application = null!;
    private GrpcChannel _channel = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _application = builder.Build();
        _application.Run(AnswerAsync);
        await _application.StartAsync();
        _channel = GrpcChannel.ForAddress(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    // https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(418, StatusCode.Unknown)]
    [InlineData(500, StatusCode.Unknown)]
    public Task Http_status_is_mapped(int http, StatusCode expected) => AssertStatusAsync($"http {http}", expected);

    // PROTOCOL-HTTP2.md, "Errors"
    [Theory]
    [InlineData(0x1, StatusCode.Internal)]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(0x3, StatusCode.Internal)]
    [InlineData(0x7, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    [InlineData(0xc, StatusCode.PermissionDenied)]
    public async Task Reset_is_mapped(int error, StatusCode expected)
    {
        await AssertStatusAsync($"reset {error}", expected);
        await AssertStatusAsync($"reset-later {error}", expected);
    }

    [Theory]
    [InlineData("content-type", StatusCode.Cancelled)]
    [InlineData("no-status", StatusCode.Cancelled)]
    [InlineData("empty-ok", StatusCode.Internal)]
    [InlineData("trailers-only-ok", StatusCode.Internal)]
    [InlineData("status 99", StatusCode.Unknown)]
    [InlineData("status 5", StatusCode.NotFound)]
    [InlineData("status five", StatusCode.Cancelled)]
    [InlineData("too-large", StatusCode.ResourceExhausted)]
    [InlineData("truncated", StatusCode.Internal)]
    public Task Broken_answer_has_a_status(string answer, StatusCode expected) => AssertStatusAsync(answer, expected);

    [Fact]
    public async Task Refused_connection_is_unavailable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        var client = new Interop.Interop.InteropClient(channel);

        var unary = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new Request(), cancellationToken: Stop).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, unary.StatusCode);

        using var duplex = client.Duplex(cancellationToken: Stop);
        var read = await Assert.ThrowsAsync<RpcException>(() => duplex.ResponseStream.MoveNext(Stop));
        Assert.Equal(StatusCode.Unavailable, read.StatusCode);
        var write = await Assert.ThrowsAsync<RpcException>(() => duplex.RequestStream.WriteAsync(new Request(), Stop));
        Assert.Equal(StatusCode.Unavailable, write.StatusCode);
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        var words = http.Request.Headers["x-answer"].ToString().Split(' ');
        var argument = words.ElementAtOrDefault(1);
        var response = http.Response;
        response.ContentType = "application/grpc";

        // To the end, lest the server ends the stream for its own reason: a body that nobody wants.
        await http.Request.Body.CopyToAsync(Stream.Null);
        switch (words[0])
        {
            case "http":
                response.StatusCode = int.Parse(argument!, System.Globalization.CultureInfo.InvariantCulture);
                response.ContentType = "text/html";
                break;
            case "reset-later":
                await response.StartAsync();
                await response.Body.FlushAsync();
                goto case "reset";
            case "reset":
                http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(int.Parse(argument!, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case "content-type":
                response.ContentType = "text/html";
                await response.WriteAsync("<p>Hello</p>");
                break;
            case "status":
                response.Headers["grpc-status"] = argument;
                break;
            case "trailers-only-ok":
                response.Headers["grpc-status"] = "0";
                break;
            case "empty-ok":
                await response.StartAsync();
                response.AppendTrailer("grpc-status", "0");
                break;
            case "too-large":
                await response.Body.WriteAsync(RawCall.Frame([], length: 4 * 1024 * 1024 + 1));
                await response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case "truncated":
                await response.Body.WriteAsync(RawCall.Frame(new byte[3], length: 4));
                response.AppendTrailer("grpc-status", "0");
                break;
        }
    }

    private async Task AssertStatusAsync(string answer, StatusCode expected)
    {
        var client = new Interop.Interop.InteropClient(_channel);
        var headers = new Metadata { { "x-answer", answer } };
        var exception = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new Request(), headers, cancellationToken: Stop).ResponseAsync);
        Assert.Equal((answer, expected), (answer, exception.StatusCode));
    }
}
