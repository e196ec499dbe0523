using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Jobs.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Artorizer.IntegrationTests.Stores.Embedded;

/// <summary>Presigned URLs over real sockets.</summary>
public sealed class EmbeddedObjectEndpointTests : IAsyncLifetime
{
    private readonly TemporaryFolder _directory = new();
    private EmbeddedStores _stores = null!;
    private WebApplication _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stores = await EmbeddedStoreSet.OpenAsync(_directory.Path);

        // A content root of its own: no settings file of a service may reach this server.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = _directory.Path });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddEmbeddedStores(_stores);
        _server = builder.Build();
        _server.MapEmbeddedObjects();
        await _server.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_server.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _stores.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(400_000)]
    public async Task Get_and_head_answer_with_the_whole_object_and_safe_headers(int length)
    {
        var bytes = await PutAsync("a/b.svg", length, "image/svg+xml");
        var url = await GetUrlAsync("a/b.svg", "Ünï ☂ \"x\".svg");

        using var got = await _client.GetAsync(url, Token);
        using var head = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, url), Token);

        Assert.Equal(bytes, await got.Content.ReadAsByteArrayAsync(Token));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
        foreach (var response in new[] { got, head })
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(length, response.Content.Headers.ContentLength);
            Assert.Equal("image/svg+xml", response.Content.Headers.ContentType!.ToString());
            Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal("Ünï ☂ \"x\".svg", response.Content.Headers.ContentDisposition.FileNameStar);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Contains("sandbox", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes))[..32], response.Headers.ETag!.Tag.Trim('"'));
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(400_000)]
    public async Task Ranges_and_conditions_are_honoured(int length)
    {
        var bytes = await PutAsync("k", length, "a/b");
        var url = await GetUrlAsync("k");

        using var part = await SendAsync(url, request => request.Headers.Range = new RangeHeaderValue(10, 19));
        using var tail = await SendAsync(url, request => request.Headers.Range = new RangeHeaderValue(null, 7));
        using var beyond = await SendAsync(url, request => request.Headers.Range = new RangeHeaderValue(length, null));
        using var unchanged = await SendAsync(url, request => request.Headers.IfNoneMatch.Add(part.Headers.ETag!));

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal($"bytes 10-19/{length}", part.Content.Headers.ContentRange!.ToString());
        Assert.Equal(bytes[10..20], await part.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(bytes[^7..], await tail.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task Without_a_valid_signature_the_answer_is_403_whether_the_object_is_there_or_not()
    {
        await PutAsync("k", 10, "a/b");
        var url = (await GetUrlAsync("k")).OriginalString;

        foreach (var bad in new[] { "/objects/k", "/objects/none", url.Replace("/k?", "/j?", StringComparison.Ordinal), url + "&name=x", url[..^3] })
        {
            using var response = await _client.GetAsync(bad, Token);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
            Assert.Equal(problem.RootElement.GetProperty("detail").GetString(), problem.RootElement.GetProperty("error").GetString());
        }

        using var missing = await _client.GetAsync(await GetUrlAsync("none"), Token);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Put_stores_what_was_agreed()
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var request = await PutUrlAsync(new PresignPutOptions { ContentType = "image/png", Length = bytes.Length });

        using var response = await UploadAsync(request.Url, new ByteArrayContent(bytes), "image/png");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var stored = await _stores.Objects.StatAsync("up", Token);
        Assert.Equal($"\"{stored!.ETag}\"", response.Headers.ETag!.Tag);
        Assert.Equal(("image/png", bytes.Length), (stored.ContentType, stored.Length));
    }

    [Fact]
    public async Task Put_refuses_what_was_not_agreed()
    {
        var exact = (await PutUrlAsync(new PresignPutOptions { ContentType = "image/png", Length = 100_000 })).Url;
        var limited = (await PutUrlAsync(new PresignPutOptions { ContentType = "image/png", MaxLength = 100_000 })).Url;

        async Task<HttpStatusCode> TryAsync(Uri url, HttpContent content, string type = "image/png")
        {
            using var response = await UploadAsync(url, content, type);
            return response.StatusCode;
        }

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await TryAsync(exact, new ByteArrayContent(new byte[100_000]), "text/html"));
        Assert.Equal(HttpStatusCode.BadRequest, await TryAsync(exact, new ByteArrayContent(new byte[99_999])));
        Assert.Equal(HttpStatusCode.BadRequest, await TryAsync(exact, new StreamContent(new ZeroStream(99_999))));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await TryAsync(exact, new ByteArrayContent(new byte[100_001])));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await TryAsync(limited, new StreamContent(new ZeroStream(100_001))));
        Assert.Equal(HttpStatusCode.Forbidden, await TryAsync(new Uri(limited + "0", UriKind.Relative), new ByteArrayContent([1])));
        Assert.Null(await _stores.Objects.StatAsync("up", Token));
        Assert.Equal(HttpStatusCode.Created, await TryAsync(limited, new StreamContent(new ZeroStream(100_000))));
    }

    [Fact]
    public async Task A_body_past_the_limit_is_refused_while_it_is_read()
    {
        var url = (await PutUrlAsync(new PresignPutOptions { ContentType = "image/png", MaxLength = 100_000 })).Url;
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _client.BaseAddress!.Port, Token);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"PUT {url} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n"), Token);
        await stream.WriteAsync(new byte[200_000], Token);

        // The chunked body is not finished, and never will be.
        var answer = new byte[12];
        await stream.ReadExactlyAsync(answer, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.Equal("HTTP/1.1 413", System.Text.Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public async Task A_client_that_disappears_leaves_no_file()
    {
        var url = (await PutUrlAsync(new PresignPutOptions { ContentType = "image/png", Length = 5_000_000 })).Url;
        var objects = Path.Combine(_directory.Path, "objects");
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, _client.BaseAddress!.Port, Token);
            await using var stream = socket.GetStream();
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                $"PUT {url} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 5000000\r\n\r\n"), Token);
            await stream.WriteAsync(new byte[1_000_000], Token);
            await UntilAsync(() => Directory.GetFiles(Path.Combine(objects, "tmp")).Length == 1);
        }

        await UntilAsync(() => Directory.GetFiles(objects, "*", SearchOption.AllDirectories).Length == 0);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    private async Task<byte[]> PutAsync(string key, int length, string contentType)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        await _stores.Objects.PutAsync(key, new MemoryStream(bytes), new ObjectPutOptions { ContentType = contentType }, Token);
        return bytes;
    }

    private async Task<Uri> GetUrlAsync(string key, string? name = null) =>
        (await _stores.Objects.PresignGetAsync(key, new PresignGetOptions { Audience = ObjectAudience.Public, DownloadName = name }, Token)).Url;

    private Task<PresignedRequest> PutUrlAsync(PresignPutOptions options) =>
        _stores.Objects.PresignPutAsync("up", options with { Audience = ObjectAudience.Public }, Token);

    private Task<HttpResponseMessage> UploadAsync(Uri url, HttpContent content, string contentType)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return _client.PutAsync(url, content, Token);
    }

    private Task<HttpResponseMessage> SendAsync(Uri url, Action<HttpRequestMessage> change)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        change(request);
        return _client.SendAsync(request, Token);
    }
}
