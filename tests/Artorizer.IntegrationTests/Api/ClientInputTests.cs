using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Requests as real clients send them: browsers' forms, libraries with habits, scripts. Each was met in a public bug report.</summary>
public sealed class ClientInputTests(ApiFixture api) : ApiTest(api)
{
    private const string Boundary = "x-boundary-x";

    public static TheoryData<string, string> FileNames => new()
    {
        // form-data/form-data#602: characters in filename* that belong escaped there.
        { """filename="test(1).png"; filename*=UTF-8''test(1).png""", "test(1).png" },
        { """filename="plain.png"; filename*=UTF-16''x y.png""", "plain.png" },
        { """filename*=UTF-8''gr%C3%BCn.png; filename="gruen.png" """, "grün.png" },

        // curl/curl#3361: quotation marks in a name.
        { """filename="a\"b.png" """, "a\"b.png" },
        { """filename="C:\fakepath\photo.png" """, "photo.png" },
        { "filename=\"a\u202Egnp.png\"", "agnp.png" },
    };

    [Theory]
    [MemberData(nameof(FileNames))]
    public async Task File_names_are_read_as_they_are_written(string parameters, string expected)
    {
        var jobId = await AcceptedAsync(
            File("image", parameters, "image/png", Api.Picture("tiny.png")), Text("artist_name", "Ada"), Text("artwork_title", "T"));
        await Client.EndOfAsync(jobId);
        Assert.Equal(expected, (string?)(await Client.GetJsonAsync($"jobs/{jobId}/download/analysis"))["artwork"]!["file_name"]);
    }

    [Fact]
    public async Task An_input_in_which_no_file_was_chosen_says_nothing()
    {
        byte[] Picture() => File("image", "filename=\"a.png\"", "image/png", Api.Picture("tiny.png"));
        var artist = Text("artist_name", "Ada");
        var title = Text("artwork_title", "T");
        var empty = File("image", "filename=\"\"", "application/octet-stream", []);
        await AcceptedAsync(empty, Picture(), artist, title);
        await AcceptedAsync(Picture(), File("second", "filename=\"\"", "application/octet-stream", []), artist, title);
        await using var origin = await OriginAsync(Api.Picture("tiny.png"), encoding: null);
        await AcceptedAsync(artist, title, Text("image_url", new Uri(origin.Address, "a.png").AbsoluteUri), empty);

        using var none = await PostAsync(empty, artist, title);
        Assert.Contains("required", (string)(await none.ProblemAsync(HttpStatusCode.BadRequest))["detail"]!, StringComparison.Ordinal);

        // A name is missing, not a file.
        await AcceptedAsync(File("image", "filename=\"\"", "image/png", Api.Picture("tiny.png")), artist, title);
    }

    [Fact]
    public async Task A_picture_without_a_file_name_is_a_picture()
    {
        await AcceptedAsync(
            Part("Content-Disposition: form-data; name=\"image\"\r\nContent-Type: image/png", Api.Picture("tiny.png")),
            Text("artist_name", "Ada"), Text("artwork_title", "T"));
    }

    [Theory]
    [InlineData("include_protection", "on", true)]
    [InlineData("include_protection", "off", false)]
    [InlineData("include_hash_analysis", "ON", true)]
    public async Task Checkboxes_of_forms_are_true_or_false(string field, string value, bool expected)
    {
        var jobId = await Client.SubmitAsync(Api.Picture("tiny.png"), "a.png", (field, value));
        var done = await Client.EndOfAsync(jobId);
        var step = field == "include_protection" ? "robust" : "dhash";
        Assert.Equal(expected, done["steps"]!.AsArray().Any(s => (string?)s!["name"] == step));
    }

    [Theory]
    [InlineData("enable_fawkes", "false")]
    [InlineData("enable_c2pa_manifest", "0")]
    [InlineData("enable_mist", "")]
    [InlineData("stegano_message", "")]
    [InlineData("max_stage_dim", "")]
    [InlineData("local_path", "")]
    public async Task What_asks_for_nothing_is_taken(string field, string value) =>
        await Client.SubmitAsync(Api.Picture("tiny.png"), "a.png", (field, value));

    [Theory]
    [InlineData("enable_fawkes", "true")]
    [InlineData("enable_c2pa_manifest", "on")]
    [InlineData("stegano_message", "hello")]
    public async Task What_asks_for_something_that_there_is_not_is_refused(string field, string value)
    {
        using var answer = await Client.ProtectAsync(Api.Picture("tiny.png"), "a.png", (field, value));
        Assert.Equal(field, (string?)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
    }

    [Fact]
    public async Task A_byte_order_mark_is_passed_over()
    {
        foreach (var (path, json, status) in new[]
        {
            ("queue", """{"type":"echo","data":"x"}""", HttpStatusCode.OK),
            ("protect", """{"artist_name":"Ada"}""", HttpStatusCode.BadRequest),
        })
        {
            using var body = new ByteArrayContent([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(json)]);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await Client.PostAsync(new Uri(path, UriKind.Relative), body, Token);
            Assert.DoesNotContain("not valid JSON", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("""{"type":1}""", "type: must be text")]
    [InlineData("""{"type":"echo","priority":"5"}""", "priority: must be a whole number")]
    [InlineData("""{"type":"echo","priority":1.5}""", "priority: must be a whole number")]
    [InlineData("""{"type":"echo","delay_ms":true}""", "delay_ms: must be a whole number")]
    [InlineData("[]", "must be an object")]
    [InlineData("\"echo\"", "must be an object")]
    [InlineData("""{"type":"echo","type":"sleep"}""", "type: given more than once")]
    [InlineData("""{"type":"echo",}""", "not valid JSON (line 1, byte 15)")]
    [InlineData("""{"type":"a\u202Eb"}""", "type: must not contain the invisible character U+202E")]
    public async Task Mistakes_in_JSON_are_named(string json, string detail)
    {
        using var answer = await Client.PostJsonAsync("queue", json);
        Assert.Contains(detail, (string)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_given_twice_in_MessagePack_is_refused()
    {
        // {"type":"echo","type":"sleep"}
        using var body = new ByteArrayContent([0x82, 0xA4, .. "type"u8, 0xA4, .. "echo"u8, 0xA4, .. "type"u8, 0xA5, .. "sleep"u8]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/msgpack");
        using var answer = await Client.PostAsync(new Uri("queue", UriKind.Relative), body, Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("type: given more than once", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idempotency_key_stands_for_one_request()
    {
        using var client = Host.NewClient();
        client.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());
        var first = await client.QueueAsync(new { type = "echo", data = 1 });
        Assert.Equal(first, await client.QueueAsync(new { type = "echo", data = 1 }));
        foreach (var other in (string[])["""{"type":"echo","data":2}""", """{"type":"sleep","data":1}""", """{"type":"echo","data":1,"priority":9}"""])
        {
            using var refused = await client.PostJsonAsync("queue", other);
            var problem = await refused.ProblemAsync(HttpStatusCode.UnprocessableEntity);
            Assert.Equal("idempotency_key_reused", (string?)problem["code"]);
            Assert.Contains(first, (string)problem["detail"]!, StringComparison.Ordinal);
        }

        client.DefaultRequestHeaders.Remove("Idempotency-Key");
        client.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());
        var picture = Api.Picture("tiny.png");
        var image = await client.SubmitAsync(picture, "a.png");
        Assert.Equal(image, await client.SubmitAsync(picture, "b.png"));
        using var otherPicture = await client.ProtectAsync(Api.Picture("tiny.png"), "a.png");
        await otherPicture.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        using var otherTitle = await client.ProtectAsync(picture, "a.png", ("artwork_title", "Another"));
        await otherTitle.ProblemAsync(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Refusals_name_what_is_refused()
    {
        var host = await StartAsync();
        foreach (var (field, value, reason) in new[]
        {
            ("artwork_title", "a\u202Eb", "U+202E"),
            ("artist_name", "A\u2066da", "U+2066"),
            ("artwork_description", "a\u2028b", "U+2028"),
            ("tags", "a\u200Bb", "U+200B"),
            ("callback_url", "http://127.1/x", "not a public address"),
            ("callback_url", "http://169.254.169.254/latest", "not a public address"),
            ("callback_url", "http://[::1]:8080/", "not a public address"),
            ("callback_url", "http://localhost/x", "not a public address"),
        })
        {
            using var answer = await host.Client.ProtectAsync(Api.Picture("tiny.png"), "a.png", (field, value));
            var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
            Assert.Equal(field, (string?)problem["field"]);
            Assert.Contains(reason, (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_that_no_header_can_carry_is_refused()
    {
        using var answer = await Client.ProtectAsync(
            Api.Picture("tiny.png"), "a.png", ("callback_url", "https://example.org/x"), ("callback_auth_token", "é"));
        Assert.Equal("callback_auth_token", (string?)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
    }

    [Fact]
    public async Task The_bytes_decide_what_a_picture_is_and_a_wrong_label_is_told()
    {
        foreach (var (name, type) in new[] { ("a.jpg", "image/jpeg"), ("a.webp", "application/octet-stream") })
        {
            var jobId = await AcceptedAsync(
                File("image", $"filename=\"{name}\"", type, Api.Picture("small.png")), Text("artist_name", "Ada"), Text("artwork_title", "T"));
            var done = await Client.EndOfAsync(jobId);
            Assert.Equal(["wrong_label"], Codes(done));
            Assert.Equal("completed", (string?)done["status"]);
            var result = await Client.GetJsonAsync($"jobs/{jobId}/result");
            Assert.Equal("image/png", (string?)result["formats"]!["protected"]!["content_type"]);
            Assert.Equal(["wrong_label"], Codes(result));
        }
    }

    [Theory]
    [InlineData("tiny.png", "mark_not_applied")]
    [InlineData("pyramid.tif", "frames_dropped")]
    public async Task What_was_not_done_is_told(string name, string code)
    {
        var done = await Client.EndOfAsync(await Client.SubmitAsync(Api.Picture(name), name));
        Assert.Equal("completed", (string?)done["status"]);
        Assert.Contains(code, Codes(done));
        Assert.All(done["warnings"]!.AsArray(), warning => Assert.EndsWith(".", (string)warning!["message"]!, StringComparison.Ordinal));
    }

    private static IEnumerable<string?> Codes(JsonNode view) => view["warnings"]!.AsArray().Select(warning => (string?)warning!["code"]);

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Pictures_that_their_server_compresses_unasked_are_read(string encoding)
    {
        var picture = Api.Picture("tiny.png");
        await using var origin = await OriginAsync(picture, encoding);
        var body = new JsonObject { ["image_url"] = new Uri(origin.Address, "a.png").AbsoluteUri, ["artist_name"] = "Ada", ["artwork_title"] = "T" };
        using var answer = await Client.PostJsonAsync("protect", body.ToJsonString());
        var jobId = (string)(await answer.JsonAsync(HttpStatusCode.Accepted))["job_id"]!;
        await Client.EndOfAsync(jobId);
        Assert.Equal(picture, await Client.GetByteArrayAsync(new Uri($"jobs/{jobId}/download/original", UriKind.Relative), Token));
    }

    private static Task<WebServer> OriginAsync(byte[] picture, string? encoding) => WebServer.StartAsync(async context =>
    {
        context.Response.ContentType = "image/png";
        var body = context.Response.Body;
        await using var coded = encoding switch
        {
            "gzip" => new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(body, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(body, CompressionLevel.Fastest, leaveOpen: true),
            _ => body,
        };
        if (encoding is not null)
        {
            context.Response.Headers.ContentEncoding = encoding;
        }

        await coded.WriteAsync(picture, Token);
    });

    private async Task<string> AcceptedAsync(params byte[][] parts)
    {
        using var answer = await PostAsync(parts);
        return (string)(await answer.JsonAsync(HttpStatusCode.Accepted))["job_id"]!;
    }

    private async Task<HttpResponseMessage> PostAsync(params byte[][] parts)
    {
        using var body = new ByteArrayContent([.. parts.SelectMany(part => part), .. Encoding.ASCII.GetBytes($"--{Boundary}--\r\n")]);
        body.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={Boundary}");
        return await Client.PostAsync(new Uri("protect", UriKind.Relative), body, Token);
    }

    private static byte[] Text(string name, string value) =>
        Part(string.Create(CultureInfo.InvariantCulture, $"Content-Disposition: form-data; name=\"{name}\""), Encoding.UTF8.GetBytes(value));

    private static byte[] File(string name, string parameters, string type, byte[] content) =>
        Part($"Content-Disposition: form-data; name=\"{name}\"; {parameters.Trim()}\r\nContent-Type: {type}", content);

    private static byte[] Part(string headers, byte[] content) =>
        [.. Encoding.UTF8.GetBytes($"--{Boundary}\r\n{headers}\r\n\r\n"), .. content, .. "\r\n"u8];
}
