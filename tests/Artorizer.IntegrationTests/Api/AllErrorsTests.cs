using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Uploads;

namespace Artorizer.IntegrationTests.Api;

/// <summary>A request of which several things are wrong is answered with all of them, on every way in.</summary>
public sealed class AllErrorsTests(ApiFixture api) : ApiTest(api)
{
    private static readonly (string Field, string Code)[] Expected =
    [
        ("colour", "unknown_field"), ("enable_mist", "field_not_available"), ("artist_name", "missing_field"), ("watermark_strength", "invalid_field"),
        ("priority", "invalid_field"), ("callback_auth_token", "invalid_field"),
    ];

    private static JsonObject Wrong => new()
    {
        ["artwork_title"] = "t",
        ["colour"] = "blue",
        ["enable_mist"] = true,
        ["watermark_strength"] = 7,
        ["priority"] = "first",
        ["callback_auth_token"] = "t",
    };

    [Fact]
    public async Task In_json()
    {
        using var body = new StringContent(Wrong.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync(new Uri("protect", UriKind.Relative), body, Token);
        var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
        AssertAll(problem, [.. Expected, ("image", "missing_field")]);
        Assert.Equal(
            ("colour: unknown field", "colour", "unknown_field", "/errors#unknown_field"),
            ((string?)problem["error"], (string?)problem["field"], (string?)problem["code"], (string?)problem["type"]));
        Assert.Contains("priority: must be a whole number from 0 to 9", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_a_form_before_and_after_the_picture(bool before)
    {
        using var form = new MultipartFormDataContent();
        var picture = new ByteArrayContent(Api.Picture("small.png"));
        if (!before)
        {
            form.Add(picture, "image", "a.png");
        }

        foreach (var (name, value) in Wrong)
        {
            form.Add(new StringContent(value!.ToString()), name);
        }

        form.Add(new ByteArrayContent([1, 2, 3]), "picture", "b.png");
        if (before)
        {
            form.Add(picture, "image", "a.png");
        }

        using var answer = await Client.PostAsync(new Uri("protect", UriKind.Relative), form, Token);
        var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
        AssertAll(problem, [.. Expected[..2], ("picture", "unknown_field"), .. Expected[2..]]);
    }

    [Fact]
    public async Task Of_a_task_and_of_its_data()
    {
        using var task = new StringContent("""{"type":"","priority":10,"delay_ms":-1}""", Encoding.UTF8, "application/json");
        using var refused = await Client.PostAsync(new Uri("queue", UriKind.Relative), task, Token);
        AssertAll(
            await refused.ProblemAsync(HttpStatusCode.BadRequest),
            [("type", "missing_field"), ("priority", "invalid_field"), ("delay_ms", "invalid_field")]);

        using var image = new StringContent(
            new JsonObject { ["type"] = "protect_image", ["data"] = Wrong }.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync(new Uri("queue", UriKind.Relative), image, Token);
        AssertAll(await answer.ProblemAsync(HttpStatusCode.BadRequest), [.. Expected, ("image", "missing_field")]);
    }

    [Fact]
    public async Task Of_an_upload()
    {
        using var body = new StringContent(
            """{"sha256":"abc","filename":7,"content_type":"text/plain","width":3}""", Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync(new Uri("uploads", UriKind.Relative), body, Token);
        var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
        AssertAll(
            problem,
            [
                ("sha256", "invalid_field"), ("filename", "invalid_field"), ("width", "unknown_field"), ("content_type", "invalid_field"),
                ("size", "missing_field"),
            ]);
    }

    [Fact]
    public async Task Of_a_tus_upload()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("files", UriKind.Relative));
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", "10");
        request.Headers.Add("Upload-Metadata", $"colour {Base64("blue")},sha256 {Base64("abc")},submit {Base64("perhaps")}");
        using var answer = await Client.SendAsync(request, Token);
        AssertAll(
            await answer.ProblemAsync(HttpStatusCode.BadRequest),
            [("colour", "unknown_field"), ("sha256", "invalid_field"), ("submit", "invalid_field")]);
    }

    [Fact]
    public async Task Over_a_WebSocket()
    {
        using var socket = await SocketClient.ConnectAsync(Host.Address, "protect");
        await socket.SendAsync(Wrong.ToJsonString());
        var last = (await socket.RestAsync())[^1];
        Assert.Equal("error", (string?)last["type"]);
        AssertAll(last, Expected);
    }

    [Fact]
    public async Task Are_explained_where_their_type_leads()
    {
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync(new Uri("protect", UriKind.Relative), body, Token);
        var type = new Uri(Client.BaseAddress!, (string)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["type"]!);
        var page = await Client.GetStringAsync(type, Token);
        Assert.Contains($"id=\"{type.Fragment[1..]}\"", page, StringComparison.Ordinal);
    }

    private static void AssertAll(JsonNode problem, (string Field, string Code)[] expected)
    {
        Assert.Equal(expected, problem["errors"]!.AsArray().Select(e => ((string)e!["field"]!, (string)e["code"]!)));
        Assert.All(problem["errors"]!.AsArray(), e => Assert.NotEmpty((string)e!["message"]!));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
