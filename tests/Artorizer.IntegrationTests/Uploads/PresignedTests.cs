using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;
using Artorizer.IntegrationTests.Api;
using Google.Protobuf;
using Upload = Artorizer.Contracts.ProtectionRpc.UploadRequest;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary><c>POST /uploads</c>: a PUT straight to the store, verified when it is submitted.</summary>
[Trait("Topology", "any")]
public sealed class PresignedTests(ApiFixture api) : UploadTest(api)
{
    [Fact]
    public async Task A_file_that_was_put_becomes_a_job()
    {
        var file = Large(400_000);
        var upload = await BeginAsync(Client, file.Length, Convert.ToHexString(SHA256.HashData(file)));
        var id = (string)upload["upload_id"]!;
        using (var early = await Client.PostJsonAsync("protect", Json(id)))
        {
            await early.ProblemAsync(HttpStatusCode.Conflict);
        }

        Assert.Equal(ArtorizerHost.IsDistributed ? HttpStatusCode.OK : HttpStatusCode.Created, await PutAsync(upload, file));
        using var answer = await Client.PostJsonAsync("protect", Json(id));
        var jobId = (string)(await answer.JsonAsync(HttpStatusCode.Accepted))["job_id"]!;
        await AssertProtectedAsync(Client, jobId, file);

        // The URL still works, and changes nothing.
        await PutAsync(upload, new byte[file.Length]);
        using var again = await Client.PostJsonAsync("protect", Json(id));
        Assert.Equal(jobId, (string?)(await again.JsonAsync(HttpStatusCode.Accepted))["job_id"]);
        await AssertProtectedAsync(Client, jobId, file);
    }

    [Theory]
    [InlineData("queue", HttpStatusCode.Accepted)]
    [InlineData("storage", HttpStatusCode.OK)]
    [InlineData("grpc", HttpStatusCode.OK)]
    [InlineData("direct", HttpStatusCode.OK)]
    public async Task Every_way_takes_an_upload(string via, HttpStatusCode expected)
    {
        var file = Large(100_000);
        var upload = await BeginAsync(Client, file.Length);
        await PutAsync(upload, file);
        var request = JsonNode.Parse(Json((string)upload["upload_id"]!))!;
        request["via"] = via;
        using var answer = await Client.PostJsonAsync("protect", request.ToJsonString());
        await AssertProtectedAsync(Client, (string)(await answer.JsonAsync(expected))["job_id"]!, file);
    }

    [Fact]
    [Trait("Topology", "own")]
    public async Task Clients_that_cannot_reach_the_store_are_not_sent_there()
    {
        var host = await StartAsync(new Dictionary<string, string?> { ["DirectAccess:Enabled"] = "false" });
        using (var refused = await host.Client.PostJsonAsync("uploads", """{"content_type":"image/jpeg","size":10}"""))
        {
            await refused.ProblemAsync(HttpStatusCode.NotImplemented);
        }

        var file = Api.Picture("small.jpg");
        var jobId = await host.Client.SubmitAsync(file, "a.jpg");
        await host.Client.EndOfAsync(jobId);
        var urls = (await host.Client.GetJsonAsync($"jobs/{jobId}/result"))["urls"]!;
        Assert.Equal($"/jobs/{jobId}/download/original", (string?)urls["original"]);
        Assert.Equal(file, await host.Client.GetByteArrayAsync(new Uri(host.Address, (string)urls["original"]!), Token));
    }

    [Fact]
    public async Task The_same_bytes_again_are_the_same_job()
    {
        var file = Large(100_000);
        var ids = new List<string?>();
        foreach (var expected in new[] { HttpStatusCode.Accepted, HttpStatusCode.OK })
        {
            var upload = await BeginAsync(Client, file.Length);
            await PutAsync(upload, file);
            using var answer = await Client.PostJsonAsync("protect", Json((string)upload["upload_id"]!));
            ids.Add((string?)(await answer.JsonAsync(expected))["job_id"]);
        }

        Assert.Equal(ids[0], ids[1]);
    }

    [Fact]
    public async Task Wrong_bytes_are_refused_and_can_be_put_again()
    {
        var file = Large(100_000);
        var upload = await BeginAsync(Client, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
        var id = (string)upload["upload_id"]!;
        var damaged = file.ToArray();
        damaged[^1] ^= 1;
        await PutAsync(upload, damaged);
        using (var wrong = await Client.PostJsonAsync("protect", Json(id)))
        {
            Assert.Equal("sha256", (string?)(await wrong.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
        }

        await PutAsync(upload, new byte[file.Length]);
        using (var text = await Client.PostJsonAsync("protect", Json(id)))
        {
            Assert.Equal("Invalid image file format", (string?)(await text.ProblemAsync(HttpStatusCode.BadRequest))["error"]);
        }

        await PutAsync(upload, file);
        using var right = await Client.PostJsonAsync("protect", Json(id));
        await AssertProtectedAsync(Client, (string)(await right.JsonAsync(HttpStatusCode.Accepted))["job_id"]!, file);
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task The_url_takes_the_declared_length_and_type_only()
    {
        var file = Large(100_000);
        var upload = await BeginAsync(Client, file.Length);
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync(upload, file[1..]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PutAsync(upload, [.. file, 0]));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await PutAsync(upload, file, "image/png"));
        upload["url"] = ((string)upload["url"]!).Replace($"length={file.Length}", $"length={file.Length + 1}", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(upload, [.. file, 0]));
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task An_upload_that_was_submitted_takes_nothing_more()
    {
        var file = Large(100_000);
        var upload = await BeginAsync(Client, file.Length);
        Assert.Equal(HttpStatusCode.Created, await PutAsync(upload, file));
        using var first = await Client.PostJsonAsync("protect", Json((string)upload["upload_id"]!));
        var jobId = (string)(await first.JsonAsync(HttpStatusCode.Accepted))["job_id"]!;

        Assert.Equal(HttpStatusCode.Conflict, await PutAsync(upload, Large(100_000)));
        await AssertProtectedAsync(Client, jobId, file);
        using var again = await Client.PostJsonAsync("protect", Json((string)upload["upload_id"]!));
        Assert.Equal(jobId, (string?)(await again.JsonAsync(HttpStatusCode.Accepted))["job_id"]);
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task The_url_leads_to_hosts_that_are_ours_alone()
    {
        var host = await StartAsync(new Dictionary<string, string?>(TwoOwners) { ["DirectAccess:Hosts:0"] = "images.example:8443" });
        using var ada = As(host, AdaKey);
        foreach (var (header, begin) in new[]
        {
            ("images.example:8443", "http://images.example:8443/objects/"),
            ("IMAGES.example:8443", "http://images.example:8443/objects/"),
            ($"localhost:{host.Address.Port}", $"http://localhost:{host.Address.Port}/objects/"),
            (host.Address.Authority, $"{host.Address}objects/"),
            ("images.example", "/objects/"),
            ("evil.example", "/objects/"),
            ("127.0.0.1.evil.example", "/objects/"),
            ("203.0.113.9", "/objects/"),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "uploads")
            {
                Content = new StringContent("""{"size":10,"content_type":"image/png"}""", new MediaTypeHeaderValue("application/json")),
            };
            request.Headers.Host = header;
            using var answer = await ada.SendAsync(request, Token);
            var url = (string)(await answer.JsonAsync(HttpStatusCode.Created))["url"]!;
            Assert.True(url.StartsWith(begin, StringComparison.OrdinalIgnoreCase), $"{header}: {url}");
        }

        // Whatever the header says.
        host = await StartAsync(new Dictionary<string, string?> { ["Embedded:PublicBaseUrl"] = "https://files.example/a" });
        var upload = await BeginAsync(host.Client, 10);
        Assert.StartsWith("https://files.example/a/objects/", (string?)upload["url"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"size":10}""", 400, "content_type")]
    [InlineData("""{"content_type":"text/html","size":10}""", 400, "content_type")]
    [InlineData("""{"content_type":"image/png"}""", 400, "size")]
    [InlineData("""{"content_type":"image/png","size":0}""", 400, "image")]
    [InlineData("""{"content_type":"image/png","size":-1}""", 400, "image")]
    [InlineData("""{"content_type":"image/png","size":268435457}""", 413, null)]
    [InlineData("""{"content_type":"image/png","size":10,"sha256":"abc"}""", 400, "sha256")]
    [InlineData("""{"content_type":"image/png","size":"ten"}""", 400, "size")]
    [InlineData("""{"content_type":"image/png","size":1.5}""", 400, "size")]
    [InlineData("""{"content_type":"image/png","size":10,"lenght":10}""", 400, "lenght")]
    [InlineData("""{"content_type":"image/png","size":10,"artist_name":"Ada"}""", 400, "artist_name")]
    [InlineData("""{"content_type":"image/png","contentType":"image/png","size":10}""", 400, "content_type")]
    [InlineData("[]", 400, null)]
    [InlineData("{", 400, null)]
    public async Task Bad_declarations_are_named(string json, int status, string? field)
    {
        using var answer = await Client.PostJsonAsync("uploads", json);
        Assert.Equal(field, (string?)(await answer.ProblemAsync((HttpStatusCode)status))["field"]);
    }

    [Fact]
    public async Task One_source_is_required()
    {
        var file = Large(100_000);
        var upload = await BeginAsync(Client, file.Length);
        await PutAsync(upload, file);
        var id = (string)upload["upload_id"]!;
        using (var beside = await Client.ProtectAsync(file, "a.jpg", ("upload_id", id)))
        {
            Assert.Equal("upload_id", (string?)(await beside.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
        }

        var both = JsonNode.Parse(Json(id))!;
        both["image_url"] = "http://127.0.0.1/a.jpg";
        using (var two = await Client.PostJsonAsync("protect", both.ToJsonString()))
        {
            Assert.Equal("image_url", (string?)(await two.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
        }

        foreach (var unknown in new[] { "AAAAAAAAAAAAAAAAAAAAAA", "../../jobs", "x" })
        {
            using var none = await Client.PostJsonAsync("protect", Json(unknown));
            await none.ProblemAsync(HttpStatusCode.NotFound);
        }

        // A form without a file, too.
        using var form = await Client.ProtectAsync(null!, "", ("upload_id", id));
        await AssertProtectedAsync(Client, (string)(await form.JsonAsync(HttpStatusCode.Accepted))["job_id"]!, file);
    }

    public static TheoryData<string> Protocols => [.. WireProtocols.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Every_wire_format_tells_where_to_send_the_file(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        var file = Large(50_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "uploads") { Content = UploadMessage(file.Length) };
        request.Headers.Accept.ParseAdd(protocol.MediaTypes[0]);
        using var answer = await Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(protocol.MediaTypes[0], answer.Content.Headers.ContentType?.MediaType);

        var upload = protocol.Deserialize<UploadView>(new ReadOnlySequence<byte>(await answer.Content.ReadAsByteArrayAsync(Token)));

        Assert.InRange(upload.ExpiresAt, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        var seen = JsonSerializer.SerializeToNode(upload, ApiJsonContext.Default.UploadView)!;
        Assert.Equal(ArtorizerHost.IsDistributed ? HttpStatusCode.OK : HttpStatusCode.Created, await PutAsync(seen, file));
    }

    /// <summary>A body in Protobuf, of the generated class.</summary>
    private static ByteArrayContent UploadMessage(int size)
    {
        var content = new ByteArrayContent(new Upload { Filename = "a.jpg", ContentType = "image/jpeg", Size = size }.ToByteArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        return content;
    }

    private static async Task<JsonNode> BeginAsync(HttpClient client, int size, string? sha256 = null)
    {
        var request = new JsonObject { ["filename"] = "a.jpg", ["content_type"] = "image/jpeg", ["size"] = size, ["sha256"] = sha256 };
        using var answer = await client.PostJsonAsync("uploads", request.ToJsonString());
        return await answer.JsonAsync(HttpStatusCode.Created);
    }

    /// <summary>Without the client's credentials: the URL is enough.</summary>
    private static async Task<HttpStatusCode> PutAsync(JsonNode upload, byte[] bytes, string? type = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod((string)upload["method"]!), (string)upload["url"]!)
        {
            Content = new ByteArrayContent(bytes),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type ?? (string)upload["headers"]!["Content-Type"]!);
        using var answer = await client.SendAsync(request, Token);
        return answer.StatusCode;
    }
}
