using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Uploads;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Bodies under a content coding are refused as what they are, on every way in, rather than read as something broken.</summary>
public sealed class ContentEncodingTests(ApiFixture api) : ApiTest(api)
{
    public static TheoryData<string> Ways { get; } =
        ["multipart", "raw", "json", "msgpack", "protobuf", "queue", "uploads", "tus POST", "tus PATCH", "tus override", "presigned PUT", "redrive"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Refuses_a_coded_body(string way)
    {
        foreach (var coding in new[] { "gzip", "br", "deflate", "x-unknown", "identity, gzip", "GZIP" })
        {
            using var request = await RequestAsync(way);
            request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", coding);
            using var answer = await Client.SendAsync(request, Token);

            Assert.True(answer.StatusCode == HttpStatusCode.UnsupportedMediaType, $"{way} {coding}: {(int)answer.StatusCode}");
            Assert.Equal("identity", Assert.Single(answer.Headers.GetValues("Accept-Encoding")));
            if (way is "msgpack" or "protobuf")
            {
                // Told in the request's own format.
                continue;
            }

            var problem = await answer.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
            Assert.Equal("unsupported_content_encoding", (string?)problem["code"]);
            Assert.Contains("as it is", (string?)problem["detail"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refuses_a_body_that_is_really_compressed()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("""{"type":"echo"}"""u8.ToArray(), Token);
        }

        using var body = new ByteArrayContent(packed.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        body.Headers.ContentEncoding.Add("gzip");
        using var answer = await Client.PostAsync(new Uri("queue", UriKind.Relative), body, Token);
        Assert.Equal("unsupported_content_encoding", (string?)(await answer.ProblemAsync(HttpStatusCode.UnsupportedMediaType))["code"]);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("Identity")]
    [InlineData("identity, identity")]
    [InlineData("")]
    public async Task Reads_what_is_not_coded(string coding)
    {
        foreach (var way in Ways.Select(row => row.Data))
        {
            using var request = await RequestAsync(way);
            request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", coding);
            using var answer = await Client.SendAsync(request, Token);

            Assert.True(answer.StatusCode != HttpStatusCode.UnsupportedMediaType, $"{way}: {await answer.Content.ReadAsStringAsync(Token)}");
            Assert.False(answer.Headers.Contains("Accept-Encoding"));
        }
    }

    [Fact]
    public async Task Leaves_what_reads_no_body_to_its_own_answer()
    {
        using var body = new StringContent("");
        body.Headers.ContentEncoding.Add("gzip");
        using var missing = await Client.PostAsync(new Uri("nowhere", UriKind.Relative), body, Token);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        using var wrong = await Client.PostAsync(new Uri("health", UriKind.Relative), body, Token);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrong.StatusCode);

        // An upgrade is a GET, whatever headers it bears.
        using var upgraded = await RawPeer.GetAsync(
            Host.Address.Port, "protect", 101, "Content-Encoding: gzip", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    }

    private async Task<HttpRequestMessage> RequestAsync(string way)
    {
        const string Query = "artist_name=a&artwork_title=b";
        var picture = Api.Picture("tiny.png");
        return way switch
        {
            "multipart" => Of(HttpMethod.Post, "protect", HostCalls.Form(picture, "tiny.png")),
            "raw" => Of(HttpMethod.Post, "protect?" + Query, Bytes(picture, "image/png")),
            "json" => Of(HttpMethod.Post, "protect", Bytes("""{"artist_name":"a"}"""u8.ToArray(), "application/json")),
            "msgpack" => Of(HttpMethod.Post, "queue", Bytes([0x81, 0xA4, .. "type"u8, 0xA4, .. "echo"u8], "application/msgpack")),
            "protobuf" => Of(HttpMethod.Post, "queue", Bytes([0x0A, 4, .. "echo"u8], "application/x-protobuf")),
            "queue" => Of(HttpMethod.Post, "queue", Bytes("""{"type":"echo"}"""u8.ToArray(), "application/json")),
            "uploads" => Of(HttpMethod.Post, "uploads", Bytes("""{"size":1000,"content_type":"image/png"}"""u8.ToArray(), "application/json")),
            "tus POST" => Tus(HttpMethod.Post, "files", picture, ("Upload-Length", $"{picture.Length}")),
            "tus PATCH" => Tus(HttpMethod.Patch, await BegunAsync(picture), picture, ("Upload-Offset", "0")),
            "tus override" => Tus(HttpMethod.Post, await BegunAsync(picture), picture, ("Upload-Offset", "0"), ("X-HTTP-Method-Override", "PATCH")),
            "presigned PUT" => Of(HttpMethod.Put, await PresignedAsync(picture), Bytes(picture, "image/png")),
            _ => Of(HttpMethod.Post, $"jobs/{Guid.NewGuid()}/redrive", new ByteArrayContent([])),
        };
    }

    private async Task<string> BegunAsync(byte[] file) =>
        (await Client.CreateAsync(file.Length, TusClient.Metadata(("filename", "a.png")))).TrimStart('/');

    private async Task<string> PresignedAsync(byte[] file)
    {
        var body = new JsonObject { ["size"] = file.Length, ["content_type"] = "image/png" };
        using var answer = await Client.PostJsonAsync("uploads", body.ToJsonString());
        return (string)(await answer.JsonAsync(HttpStatusCode.Created))["url"]!;
    }

    private static HttpRequestMessage Of(HttpMethod method, string address, HttpContent body) =>
        new(method, new Uri(address, UriKind.RelativeOrAbsolute)) { Content = body };

    private static HttpRequestMessage Tus(HttpMethod method, string address, byte[] chunk, params (string Name, string Value)[] headers)
    {
        var request = Of(method, address, Bytes(chunk, "application/offset+octet-stream"));
        foreach (var (name, value) in headers.Prepend(("Tus-Resumable", "1.0.0")))
        {
            request.Headers.Add(name, value);
        }

        return request;
    }

    private static ByteArrayContent Bytes(byte[] bytes, string type) =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
}
