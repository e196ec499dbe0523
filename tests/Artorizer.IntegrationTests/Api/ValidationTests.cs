using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Api;

/// <summary>The table of fields of <c>POST /protect</c>, in each of its three forms.</summary>
[Collection(nameof(OwnHosts))]
public sealed class ValidationTests(ApiFixture api) : ApiTest(api)
{
    /// <summary>Field, value, and the beginning of <c>error</c>.</summary>
    public static TheoryData<string, string, string> Wrong { get; } = new()
    {
        { "artist_name", "", "artist_name: must have 1 to 120 characters" },
        { "artist_name", "   ", "artist_name: must have 1 to 120 characters" },
        { "artist_name", new string('a', 121), "artist_name: must have 1 to 120 characters" },
        { "artist_name", "a\u0007b", "artist_name: must not contain control characters" },
        { "artwork_title", "", "artwork_title: must have 1 to 200 characters" },
        { "artwork_title", new string('é', 201), "artwork_title: must have 1 to 200 characters" },
        { "artwork_description", new string('a', 2001), "artwork_description: must have 0 to 2000 characters" },
        { "artwork_creation_time", "yesterday", "artwork_creation_time: must be an ISO 8601" },
        { "artwork_creation_time", "2026-13-01", "artwork_creation_time: must be an ISO 8601" },
        { "artwork_creation_time", "01.05.2026", "artwork_creation_time: must be an ISO 8601" },
        { "tags", string.Join(',', Enumerable.Range(0, 26)), "Too many tags (max 25)" },
        { "tags", "ok," + new string('t', 51), $"Tag too long: \"{new string('t', 51)}\" (max 50 chars)" },
        { "tags", "[1]", "tags: must be a list" },
        { "tags", "[null]", "tags: must be a list" },
        { "tags", "[\"a\"", "tags: must be a list" },
        { "extra_metadata", "{", "Invalid JSON in extra_metadata" },
        { "extra_metadata", "[]", "Invalid JSON in extra_metadata" },
        { "extra_metadata", "1", "Invalid JSON in extra_metadata" },
        { "extra_metadata", "text", "Invalid JSON in extra_metadata" },
        { "extra_metadata", "{\"a\":\"\\ud800\"}", "Invalid JSON in extra_metadata" },
        { "extra_metadata", $"{{\"a\":\"{new string('x', 5000)}\"}}", "extra_metadata: must have at most 5000 characters" },
        { "extra_metadata", string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40), "Invalid JSON in extra_metadata" },
        { "include_hash_analysis", "maybe", "include_hash_analysis: must be true or false" },
        { "include_protection", "2", "include_protection: must be true or false" },
        { "processors", "metadata,foo", "Unknown processor: foo" },
        { "processors", "stegano", "processors: stegano is not available in this version" },
        { "watermark_strategy", "invisible", "watermark_strategy: must be one of" },
        { "watermark_strategy", "tree-ring", "watermark_strategy: tree-ring is not available in this version" },
        { "watermark_strength", "1.01", "watermark_strength: must be a number from 0 to 1" },
        { "watermark_strength", "-0.1", "watermark_strength: must be a number from 0 to 1" },
        { "watermark_strength", "NaN", "watermark_strength: must be a number from 0 to 1" },
        { "watermark_strength", "0,5", "watermark_strength: must be a number from 0 to 1" },
        { "watermark_text", new string('w', 201), "watermark_text: must have 1 to 200 characters" },
        { "priority", "10", "priority: must be a whole number from 0 to 9" },
        { "priority", "-1", "priority: must be a whole number from 0 to 9" },
        { "priority", "5.5", "priority: must be a whole number from 0 to 9" },
        { "priority", "99999999999999999999", "priority: must be a whole number from 0 to 9" },
        { "via", "pigeon", "via: must be one of" },
        { "callback_url", "ftp://example.org/", "callback_url: must be an absolute http or https address" },
        { "callback_url", "/relative", "callback_url: must be an absolute http or https address" },
        { "callback_url", "https://user:secret@example.org/", "callback_url: must be an absolute http or https address" },
        { "callback_auth_token", "token", "callback_auth_token: given without callback_url" },
        { "local_path", "/etc/passwd", "local_path: " },
        { "localPath", "/etc/passwd", "local_path: " },
        { "enable_fawkes", "true", "enable_fawkes: not available in this version" },
        { "enable_photoguard", "true", "enable_photoguard: not available in this version" },
        { "enable_mist", "true", "enable_mist: not available in this version" },
        { "enable_nightshade", "1", "enable_nightshade: not available in this version" },
        { "enable_stegano_embed", "true", "enable_stegano_embed: not available in this version" },
        { "stegano_message", "hello", "stegano_message: not available in this version" },
        { "enable_c2pa_manifest", "true", "enable_c2pa_manifest: not available in this version" },
        { "tree_ring_frequency", "9", "tree_ring_frequency: not available in this version" },
        { "treeRingAmplitude", "18", "tree_ring_amplitude: not available in this version" },
        { "max_stage_dim", "512", "max_stage_dim: not available in this version" },
        { "colour", "red", "colour: unknown field" },
        { "Artist", "Ada", "Artist: unknown field" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Refuses_wrong_fields(string name, string value, string error)
    {
        var before = await QuietStateAsync();
        using var form = await Client.ProtectAsync(Api.Picture("tiny.png"), "tiny.png", (name, value));
        using var raw = await RawAsync((name, value));
        using var json = await JsonAsync(with: (name, JsonValue.Create(value)));

        foreach (var answer in new[] { form, raw, json })
        {
            var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
            Assert.StartsWith(error, (string)problem["error"]!, StringComparison.Ordinal);
            Assert.Equal(char.IsUpper(name[0]) ? name : JsonNamingPolicy.SnakeCaseLower.ConvertName(name), (string?)problem["field"]);
        }

        var after = await StoredState.ReadAsync(Host.Data);
        Assert.Equal((before.Jobs, before.Objects.Count, before.Files.Count), (after.Jobs, after.Objects.Count, after.Files.Count));
    }

    [Theory]
    [InlineData("artist_name", "7", "artist_name: must be text")]
    [InlineData("artist_name", "null", "artist_name: required")]
    [InlineData("artwork_title", "[\"a\"]", "artwork_title: must be text")]
    [InlineData("tags", "7", "tags: must be a list")]
    [InlineData("tags", "[\"a\",7]", "tags: must be a list")]
    [InlineData("tags", "[null]", "tags: must be a list")]
    [InlineData("tags", "{\"a\":1}", "tags: must be a list")]
    [InlineData("extra_metadata", "7", "Invalid JSON in extra_metadata")]
    [InlineData("extra_metadata", "[1]", "Invalid JSON in extra_metadata")]
    [InlineData("include_protection", "\"yes\"", "include_protection: must be true or false")]
    [InlineData("include_protection", "2", "include_protection: must be true or false")]
    [InlineData("priority", "5.5", "priority: must be a whole number")]
    [InlineData("priority", "true", "priority: must be a whole number")]
    [InlineData("priority", "1e99", "priority: must be a whole number")]
    [InlineData("watermark_strength", "{}", "watermark_strength: must be a number")]
    [InlineData("via", "1", "via: must be one of")]
    [InlineData("image_url", "7", "image_url: must be text")]
    [InlineData("image_url", "\"not a url\"", "image_url: must be an absolute http or https address")]
    public async Task Refuses_wrong_kinds_in_JSON(string name, string value, string error)
    {
        using var answer = await JsonAsync(with: (name, JsonNode.Parse(value)));

        Assert.StartsWith(error, (string)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_what_is_missing()
    {
        foreach (var name in new[] { "artist_name", "artwork_title" })
        {
            using var form = HostCalls.Form(Api.Picture("tiny.png"), "tiny.png");
            using var partial = new MultipartFormDataContent();
            foreach (var part in form.Where(p => p.Headers.ContentDisposition!.Name != name))
            {
                partial.Add(part);
            }

            using var answer = await Client.PostAsync(new Uri("protect", UriKind.Relative), partial, Token);
            Assert.Equal($"{name}: required", (string?)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["error"]);
        }

        using var noImage = HostCalls.Form(null, "");
        using var without = await Client.PostAsync(new Uri("protect", UriKind.Relative), noImage, Token);
        Assert.Equal("image", (string?)(await without.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
        using var json = await Client.PostJsonAsync("protect", """{"artist_name":"Ada","artwork_title":"First"}""");
        Assert.Equal("image", (string?)(await json.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
    }

    [Fact]
    public async Task Refuses_what_is_given_twice()
    {
        using var form = await Client.ProtectAsync(Api.Picture("tiny.png"), "tiny.png", ("via", "queue"), ("via", "queue"));
        Assert.Equal("via: given more than once", (string?)(await form.ProblemAsync(HttpStatusCode.BadRequest))["error"]);
        using var mixed = await Client.ProtectAsync(Api.Picture("tiny.png"), "tiny.png", ("artist_name", "Ada"), ("artistName", "Ada"));
        Assert.Equal("artist_name: given more than once", (string?)(await mixed.ProblemAsync(HttpStatusCode.BadRequest))["error"]);
        using var json = await Client.PostJsonAsync(
            "protect", """{"artist_name":"Ada","artist_name":"Ada","artwork_title":"First","image_url":"http://example.org/"}""");
        Assert.Equal("artist_name: given more than once", (string?)(await json.ProblemAsync(HttpStatusCode.BadRequest))["error"]);
        using var query = await RawAsync(("priority", "1"), ("priority", "2"));
        Assert.Equal("priority: given more than once", (string?)(await query.ProblemAsync(HttpStatusCode.BadRequest))["error"]);

        using var twoFiles = HostCalls.Form(Api.Picture("tiny.png"), "tiny.png");
        twoFiles.Add(new ByteArrayContent(Api.Picture("tiny.png")), "image", "second.png");
        using var files = await Client.PostAsync(new Uri("protect", UriKind.Relative), twoFiles, Token);
        Assert.Equal("image: given more than once", (string?)(await files.ProblemAsync(HttpStatusCode.BadRequest))["error"]);
        using var otherFile = HostCalls.Form(Api.Picture("tiny.png"), "tiny.png");
        otherFile.Add(new ByteArrayContent(Api.Picture("tiny.png")), "picture", "second.png");
        using var other = await Client.PostAsync(new Uri("protect", UriKind.Relative), otherFile, Token);
        Assert.Equal("picture", (string?)(await other.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
        using var sources = await Client.ProtectAsync(Api.Picture("tiny.png"), "tiny.png", ("image_url", "http://example.org/a.png"));
        Assert.Equal("image_url", (string?)(await sources.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
        using var rawAndUrl = await RawAsync(("image_url", "http://example.org/a.png"));
        Assert.Equal("image_url", (string?)(await rawAndUrl.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
    }

    [Fact]
    public async Task Takes_every_field_at_its_limit_in_either_style()
    {
        // An artist's name of 120 characters outside the BMP: characters are counted, not UTF-16 units.
        var artist = string.Concat(Enumerable.Repeat("🎨", 120));
        (string, string)[] fields =
        [
            ("artistName", artist), ("artworkTitle", new string('é', 200)), ("artworkDescription", new string('d', 2000)),
            ("artworkCreationTime", "2026-05-01T12:00:00Z"),
            ("tags", string.Join(',', Enumerable.Range(0, 25).Select(i => new string((char)('a' + i), 50)))),
            ("extraMetadata", $$"""{"a":"{{new string('x', 4990)}}"}"""), ("includeHashAnalysis", "0"), ("includeProtection", "TRUE"),
            ("processors", "metadata,dhash"), ("watermarkStrategy", "visible"), ("watermarkStrength", "1"),
            ("watermarkText", new string('w', 200)), ("priority", "9"), ("via", "queue"),
        ];

        foreach (var snake in new[] { false, true })
        {
            var given = snake ? [.. fields.Select(f => (JsonNamingPolicy.SnakeCaseLower.ConvertName(f.Item1), f.Item2))] : fields;
            var jobId = await Client.SubmitAsync(Api.Picture("small.png"), "small.png", given);
            var job = await Client.EndOfAsync(jobId);
            Assert.Equal(("completed", artist, 9), ((string?)job["status"], (string?)job["artist"], (int)job["priority"]!));
            var result = await Client.GetJsonAsync($"jobs/{jobId}/result");
            Assert.Equal((2000, 25), (((string)result["description"]!).Length, result["tags"]!.AsArray().Count));
        }

        using var raw = await RawAsync([.. fields.Where(f => f.Item1 is not ("extraMetadata" or "artworkDescription"))]);
        await Client.EndOfAsync((string)(await raw.JsonAsync(HttpStatusCode.Accepted))["job_id"]!);
    }

    [Theory]
    [InlineData("application/python-pickle")]
    [InlineData("application/x-pickle")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("application/zip")]
    [InlineData(null)]
    public async Task Refuses_other_bodies_with_what_it_reads(string? contentType)
    {
        foreach (var path in new[] { "protect", "queue" })
        {
            using var body = new ByteArrayContent([0x80, 4, 0x95]);
            body.Headers.ContentType = contentType is null ? null : new MediaTypeHeaderValue(contentType);
            using var answer = await Client.PostAsync(new Uri(path, UriKind.Relative), body, Token);

            // What says nothing of its type is read as JSON, the default.
            var problem = await answer.ProblemAsync(contentType is null ? HttpStatusCode.BadRequest : HttpStatusCode.UnsupportedMediaType);
            if (contentType is not null)
            {
                Assert.Contains("application/json", (string)problem["detail"]!, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Reads_MessagePack_too()
    {
        // {"artist_name": "Ada"} by the MessagePack specification.
        using var body = new ByteArrayContent([0x81, 0xAB, .. "artist_name"u8, 0xA3, .. "Ada"u8]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/msgpack");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("protect", UriKind.Relative)) { Content = body };
        request.Headers.Accept.ParseAdd("application/json");

        using var answer = await Client.SendAsync(request, Token);

        Assert.Equal("artwork_title: required", (string?)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["error"]);
    }

    [Theory]
    [InlineData("""{"artist_name":""")]
    [InlineData("""["artist_name"]""")]
    [InlineData("""{"artist_name":"\ud800","artwork_title":"x","image_url":"http://example.org/"}""")]
    [InlineData("""{"\udc00":"x"}""")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{}{}")]
    public async Task Refuses_malformed_JSON(string json)
    {
        foreach (var path in new[] { "protect", "queue" })
        {
            using var answer = await Client.PostJsonAsync(path, json);
            await answer.ProblemAsync(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Keeps_the_connection_of_who_sends_a_malformed_message()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Host.Address.Port, Token);
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        for (var i = 0; i < 3; i++)
        {
            await socket.SendAsync(
                Encoding.ASCII.GetBytes(
                    $"POST /queue HTTP/1.1\r\nHost: localhost:{Host.Address.Port}\r\n"
                        + $"Content-Type: application/json\r\nContent-Length: 5\r\n\r\n{{\"a\":"),
                Token);
            Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync(Token));
            while (await reader.ReadLineAsync(Token) is { } line && line != "0")
            {
                // To the end of the chunked answer.
            }

            await reader.ReadLineAsync(Token);
        }
    }

    [Fact]
    public async Task Refuses_text_that_is_not_UTF8()
    {
        using var json = new ByteArrayContent([.. "{\"artist_name\":\""u8, 0xFF, .. "\"}"u8]);
        json.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await Client.PostAsync(new Uri("protect", UriKind.Relative), json, Token);
        await answer.ProblemAsync(HttpStatusCode.BadRequest);

        using var form = HostCalls.Form(Api.Picture("tiny.png"), "tiny.png");
        form.Add(new ByteArrayContent([0xC3, 0x28]), "tags");
        using var second = await Client.PostAsync(new Uri("protect", UriKind.Relative), form, Token);
        Assert.Equal("tags", (string?)(await second.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
    }

    [Fact]
    public async Task Refuses_unfit_multipart_bodies()
    {
        foreach (var (type, text) in new[]
        {
            ("multipart/form-data", "no boundary"),
            ("multipart/form-data; boundary=" + new string('b', 300), "long boundary"),
            ("multipart/form-data; boundary=x", ""),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"artist_name\"\r\n\r\nAda"),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Type: text/plain\r\n\r\nAda\r\n--x--\r\n"),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n\u0089PNG"),
            ("multipart/form-data; boundary=x", "--x\r\n" + string.Concat(Enumerable.Repeat("X-A: b\r\n", 5000)) + "\r\n\r\n--x--\r\n"),
        })
        {
            using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
            body.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await Client.PostAsync(new Uri("protect", UriKind.Relative), body, Token);
            await answer.ProblemAsync(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Says_what_routing_decides_in_the_same_form()
    {
        using var nothing = await Client.GetAsync(new Uri("nothing/here", UriKind.Relative), Token);
        await nothing.ProblemAsync(HttpStatusCode.NotFound);
        using var put = await Client.PutAsync(new Uri("protect", UriKind.Relative), null, Token);
        await put.ProblemAsync(HttpStatusCode.MethodNotAllowed);
        Assert.Contains("POST", put.Content.Headers.Allow);
    }

    private async Task<HttpResponseMessage> RawAsync(params (string Name, string Value)[] fields)
    {
        using var form = HostCalls.Form(null, "", fields);
        var query = new StringBuilder("protect?");
        foreach (var part in form)
        {
            query.Append(Uri.EscapeDataString(part.Headers.ContentDisposition!.Name!.Trim('"')))
                .Append('=').Append(Uri.EscapeDataString(await part.ReadAsStringAsync(Token))).Append('&');
        }

        using var body = new ByteArrayContent(Api.Picture("tiny.png"));
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return await Client.PostAsync(new Uri(query.ToString().TrimEnd('&'), UriKind.Relative), body, Token);
    }

    private Task<HttpResponseMessage> JsonAsync((string Name, JsonNode? Value) with)
    {
        var message = new JsonObject
        {
            ["artist_name"] = "Ada",
            ["artwork_title"] = "First",
            ["image_url"] = "http://127.0.0.1:1/a.png",
            [with.Name] = with.Value,
        };
        return Client.PostJsonAsync("protect", message.ToJsonString());
    }
}
