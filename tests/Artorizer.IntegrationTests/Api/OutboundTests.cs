using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Addresses that callers name: fetched when public, and only then.</summary>
public sealed class OutboundTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Fetches_an_image_by_its_address()
    {
        var picture = Api.Picture("photo.jpg");
        await using var server = await WebServer.StartAsync(async context =>
        {
            switch (context.Request.Path.Value)
            {
                case "/moved":
                    context.Response.Redirect("/pictures/Beau%20soir.jpg");
                    break;
                default:
                    context.Response.ContentType = "image/jpeg";
                    await context.Response.Body.WriteAsync(picture);
                    break;
            }
        });

        using var answer = await ProtectAsync(Client, new Uri(server.Address, "moved"));
        var jobId = (string)(await answer.JsonAsync(HttpStatusCode.Accepted))["job_id"]!;
        Assert.Equal("completed", (string?)(await Client.EndOfAsync(jobId))["status"]);
        Assert.Equal(picture, await Client.GetByteArrayAsync(new Uri($"jobs/{jobId}/download/original", UriKind.Relative), Token));
        Assert.All(server.Requests, request => Assert.Equal(("GET", null), (request.Method, request.Authorization)));

        // The same in a form, for clients that have no file at hand.
        using var form = HostCalls.Form(null, "", ("image_url", new Uri(server.Address, "again.jpg").ToString()), ("artwork_title", "First"));
        using var exists = await Client.PostAsync(new Uri("protect", UriKind.Relative), form, Token);
        Assert.Equal("exists", (string?)(await exists.JsonAsync(HttpStatusCode.OK))["status"]);
    }

    [Fact]
    public async Task Refuses_what_a_server_answers_instead_of_an_image()
    {
        var host = await StartAsync(
            new Dictionary<string, string?>(ApiFixture.LoopbackAllowed) { ["Limits:MaxFileBytes"] = "100000", ["Outbound:Timeout"] = "00:00:02" });
        var picture = Api.Plain("photo.jpg");
        await using var server = await WebServer.StartAsync(async context =>
        {
            switch (context.Request.Path.Value)
            {
                case "/missing":
                    context.Response.StatusCode = 404;
                    break;
                case "/circle":
                    context.Response.Redirect("/circle");
                    break;
                case "/page":
                    context.Response.ContentType = "text/html";
                    await context.Response.WriteAsync("<html>a page, no picture</html>");
                    break;
                case "/large":
                    // Without a length: only reading tells.
                    await context.Response.Body.WriteAsync(picture);
                    break;
                case "/announced":
                    context.Response.ContentLength = picture.Length;
                    await context.Response.Body.WriteAsync(picture);
                    break;
                case "/short":
                    context.Response.ContentLength = 90_000;
                    await context.Response.Body.WriteAsync(picture.AsMemory(0, 80_000));
                    await context.Response.Body.FlushAsync();
                    context.Abort();
                    break;
                case "/slow":
                    await context.Response.Body.WriteAsync(picture.AsMemory(0, 1000));
                    await context.Response.Body.FlushAsync();
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                    break;
            }
        });
        Assert.True(picture.Length > 100_000);

        foreach (var (path, status, error) in new[]
        {
            ("missing", 400, "image_url: the server answered 404"),
            ("circle", 400, "image_url: More than 5 redirects."), ("page", 400, "Invalid image file format"),
            ("large", 413, "File too large"), ("announced", 413, "File too large"),
            ("short", 400, "image_url: "), ("slow", 400, "image_url: not read within 2 seconds"),
        })
        {
            using var answer = await ProtectAsync(host.Client, new Uri(server.Address, path));
            var problem = await answer.ProblemAsync((HttpStatusCode)status);
            Assert.StartsWith(error, (string)problem["error"]!, StringComparison.Ordinal);
        }

        var stored = await StoredState.ReadAsync(host.Data);
        Assert.Equal((0, 0, 0), (stored.Jobs, stored.Objects.Count, stored.Files.Count));
    }

    [Fact]
    public async Task Reaches_no_address_that_is_not_public()
    {
        // On every port that these names lead to, somebody listens: only the guard is in the way.
        var host = await StartAsync();
        await using var server = await WebServer.StartAsync(context => context.Response.WriteAsync("secret"));
        var port = server.Address.Port.ToString(CultureInfo.InvariantCulture);
        string[] hosts =
        [
            "127.0.0.1", "127.1", "127.9.9.9", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0.0.0.0", "0",
            "localhost", "LOCALHOST", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]",
            "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "[fd00::2]", "[ff02::1]",
            "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "[fd00:ec2::254]", "224.0.0.1", "255.255.255.255", "198.18.0.1",
            Dns.GetHostName(),
        ];

        foreach (var name in hosts)
        {
            foreach (var scheme in name.Contains("169", StringComparison.Ordinal) ? ["http"] : (string[])["http", "https"])
            {
                using var answer = await host.Client.PostJsonAsync("protect", Message($"{scheme}://{name}:{port}/a.png"));
                var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
                Assert.Equal("image_url", (string?)problem["field"]);
                Assert.True((string?)problem["error"] == "image_url: The address is not public.", $"{name}: {problem["error"]}");
            }
        }

        // Names that a resolver may know or not.
        foreach (var name in new[] { "localhost.", "169.254.169.254.", "127.0.0.1.", "metadata.google.internal" })
        {
            using var answer = await host.Client.PostJsonAsync("protect", Message($"http://{name}:{port}/a.png"));
            Assert.Equal("image_url", (string?)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
        }

        Assert.Empty(server.Requests);
        Assert.Empty((await StoredState.ReadAsync(host.Data)).Objects);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/a.png")]
    [InlineData("gopher://example.org/")]
    [InlineData("data:image/png;base64,iVBORw0KGgo=")]
    [InlineData("//example.org/a.png")]
    [InlineData("/a.png")]
    [InlineData("http://user:secret@example.org/a.png")]
    [InlineData("http://user@example.org/a.png")]
    [InlineData("http://")]
    public async Task Takes_plain_web_addresses_only(string url)
    {
        using var answer = await Client.PostJsonAsync("protect", Message(url));

        var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal("image_url: must be an absolute http or https address without user name or password", (string?)problem["error"]);
    }

    [Fact]
    public async Task Follows_no_redirect_to_what_is_not_public()
    {
        // 127.0.0.2 counts as public here, 127.0.0.1 does not.
        var host = await StartAsync(new Dictionary<string, string?> { ["Outbound:AllowedNetworks:0"] = "127.0.0.2/32" });
        await using var inside = await WebServer.StartAsync(context => context.Response.WriteAsync("secret"));
        var targets = new Queue<string>(
        [
            inside.Address.ToString(),
            $"http://localhost:{inside.Address.Port}/",
            $"http://[::ffff:127.0.0.1]:{inside.Address.Port}/",
            "file:///etc/passwd",
            $"http://user:secret@127.0.0.2:{inside.Address.Port}/",
        ]);
        var count = targets.Count;
        await using var outside = await RedirectorAsync(targets.Dequeue);

        for (var i = 0; i < count; i++)
        {
            using var answer = await ProtectAsync(host.Client, new UriBuilder(outside.Address) { Host = "127.0.0.2" }.Uri);
            Assert.Equal("image_url", (string?)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
        }

        Assert.Equal(count, outside.Requests.Count);
        Assert.Empty(inside.Requests);
    }

    [Fact]
    public async Task Calls_nobody_back_who_is_not_public()
    {
        var host = await StartAsync();
        await using var server = await WebServer.StartAsync(_ => Task.CompletedTask);

        // By a name, so that it takes a resolver to tell.
        var hook = new UriBuilder(server.Address) { Host = Dns.GetHostName(), Path = "/hook" }.Uri;
        var jobId = await host.Client.SubmitAsync(Api.Picture("tiny.png"), "tiny.png", ("callback_url", hook.AbsoluteUri));

        // The job is not the worse for it; the delivery fails for good, without a second try, and is seen in the job.
        Assert.Equal("completed", (string?)(await host.Client.EndOfAsync(jobId))["status"]);
        var job = await host.Client.WaitAsync(jobId, state => Undelivered(state) is not null);
        Assert.StartsWith("The callback was not made", Undelivered(job), StringComparison.Ordinal);
        Assert.Equal(Undelivered(job), Undelivered(await host.Client.GetJsonAsync($"jobs/{jobId}/result")));
        await Eventually.TrueAsync(async () => (await StoredState.ReadAsync(host.Data)).Messages.Count == 0);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Calls_back_with_the_token_until_it_is_heard()
    {
        // Progress is told as well, more or less of it as the machine is fast; only the end is refused, twice.
        WebServer? itself = null;
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = Ends(itself!).Count is 1 or 2 ? 503 : 204;
            return Task.CompletedTask;
        });
        itself = server;
        var jobId = await Client.SubmitAsync(
            Api.Picture("tiny.png"), "tiny.png", ("callback_url", new Uri(server.Address, "hook").ToString()), ("callback_auth_token", "s3cret"));
        await Client.EndOfAsync(jobId);

        await Eventually.TrueAsync(() => Ends(server).Count == 3);
        Assert.All(server.Requests, request => Assert.Equal(("POST", "Bearer s3cret"), (request.Method, request.Authorization)));
        Assert.All(Ends(server), end => Assert.Equal(
            ("completed", jobId, "completed", 100, $"/jobs/{jobId}/result"),
            (
                (string?)end["event"],
                (string?)end["job_id"],
                (string?)end["status"],
                (int)end["progress"]!["percentage"]!,
                (string?)end["result_url"])));

        // Heard once, it is not said again; and the token is shown to nobody.
        await Task.Delay(500, Token);
        Assert.Equal(3, Ends(server).Count);
        Assert.DoesNotContain(
            "s3cret",
            (await Client.JobAsync(jobId)).ToJsonString() + (await Client.GetJsonAsync($"jobs/{jobId}/result")).ToJsonString() + Host.Output,
            StringComparison.Ordinal);
    }

    private static string? Undelivered(JsonNode job) =>
        (string?)job["warnings"]?.AsArray().SingleOrDefault(warning => (string?)warning!["code"] == "callback_failed")?["message"];

    private static List<JsonNode> Ends(WebServer server) =>
        [.. server.Requests.Select(request => JsonNode.Parse(request.Body)!).Where(body => (string?)body["event"] != "progress")];

    private static Task<WebServer> RedirectorAsync(Func<string> next) => WebServer.StartAsync(context =>
    {
        context.Response.StatusCode = 302;
        context.Response.Headers.Location = next();
        return Task.CompletedTask;
    });

    private static Task<HttpResponseMessage> ProtectAsync(HttpClient client, Uri url) => client.PostJsonAsync("protect", Message(url.AbsoluteUri));

    private static string Message(string url) =>
        new JsonObject { ["artist_name"] = "Ada", ["artwork_title"] = "First", ["image_url"] = url }.ToJsonString();
}
