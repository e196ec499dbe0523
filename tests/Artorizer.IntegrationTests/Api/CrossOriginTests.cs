using System.Net;
using Artorizer.IntegrationTests.Uploads;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Pages of other sites, as the Fetch standard has browsers ask and read.</summary>
[Collection(nameof(OwnHosts))]
public sealed class CrossOriginTests(ApiFixture api) : ApiTest(api)
{
    private const string Studio = "https://studio.example";
    private const string Local = "http://localhost:3000";
    private const string Other = "https://other.example";
    private const string Key = "ada-0123456789abcdefghijklmnop";

    private static Dictionary<string, string?> Named => new()
    {
        ["Cors:Origins:0"] = Studio,
        ["Cors:Origins:1"] = Local,
    };

    private static Dictionary<string, string?> NamedWithKey => new(Named)
    {
        ["ApiKeys:Keys:0:Owner"] = "ada",
        ["ApiKeys:Keys:0:Key"] = Key,
    };

    [Fact]
    public async Task Every_answer_tells_browsers_to_keep_to_it()
    {
        var jobId = await Client.FinishAsync(Api.Picture("small.png"), "small.png");
        var answers = new List<HttpResponseMessage>();
        foreach (var path in new[]
        {
            "", "css/none.css", "health", "alive", "openapi/v1.json", "metrics", "jobs", $"jobs/{jobId}/download/protected",
            $"jobs/{jobId}/events", "nowhere", "jobs?limit=none", "protect", "objects/none",
        })
        {
            answers.Add(await Client.AskAsync(HttpMethod.Get, path, path is "health" or "jobs" or "nowhere" ? [("Origin", Other)] : []));
        }

        answers.Add(await Client.AskAsync(HttpMethod.Get, (string)(await Client.GetJsonAsync($"jobs/{jobId}/result"))["urls"]!["protected"]!));
        answers.Add(await Client.AskAsync(HttpMethod.Options, "files"));
        answers.Add(await Client.AskAsync(HttpMethod.Delete, "health"));
        answers.Add(await Client.AskAsync(HttpMethod.Get, "jobs", ("Host", "evil.example")));
        foreach (var answer in answers)
        {
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
            Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
            answer.Dispose();
        }
    }

    [Fact]
    public async Task Answers_preflights_without_a_key()
    {
        var host = await StartAsync(NamedWithKey);
        foreach (var (path, method, headers) in new[]
        {
            ("protect", "POST", "authorization,content-type,idempotency-key,x-api-key"),
            ("files", "POST", "tus-resumable,upload-length,upload-metadata,upload-defer-length,upload-concat,upload-checksum,x-api-key"),
            ("files/some", "PATCH", "content-type,tus-resumable,upload-offset,upload-checksum"), ("files/some", "HEAD", "tus-resumable"),
            ("files/some", "DELETE", "tus-resumable"), ("jobs/some/events", "GET", "last-event-id,authorization"),
            ("jobs/some/download/protected", "GET", "if-match,if-none-match,range"), ("objects/some", "PUT", "content-type"), ("nowhere", "GET", ""),
        })
        {
            using var answer = await host.Client.AskAsync(
                HttpMethod.Options, path, ("Origin", Studio), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers));
            Assert.Equal((HttpStatusCode.NoContent, Studio), (answer.StatusCode, answer.Header("Access-Control-Allow-Origin")));
            Assert.Contains(method, answer.Header("Access-Control-Allow-Methods")!.Split(','));
            var allowed = answer.Header("Access-Control-Allow-Headers")!.Split(',', StringSplitOptions.TrimEntries);
            Assert.Empty(headers.Split(',', StringSplitOptions.RemoveEmptyEntries).Except(allowed, StringComparer.OrdinalIgnoreCase));
            AssertReadable(answer, Studio, isPreflight: true);

            using var refused = await host.Client.AskAsync(HttpMethod.Options, path, ("Origin", Other), ("Access-Control-Request-Method", method));
            AssertHidden(refused);
        }
    }

    [Fact]
    public async Task Lets_named_origins_read_answers_and_errors()
    {
        var host = await StartAsync(NamedWithKey);
        host.Client.DefaultRequestHeaders.Add("X-Api-Key", Key);
        var jobId = await host.Client.FinishAsync(Api.Picture("small.png"), "small.png");
        var signed = (string)(await host.Client.GetJsonAsync($"jobs/{jobId}/result"))["urls"]!["protected"]!;
        var upload = await host.Client.CreateAsync(1000, TusClient.Complete());
        foreach (var (method, path, status) in new[]
        {
            (HttpMethod.Get, $"jobs/{jobId}", 200), (HttpMethod.Get, $"jobs/{jobId}/download/protected", 200),
            (HttpMethod.Get, $"jobs/{jobId}/events", 200), (HttpMethod.Get, signed, 200),
            (HttpMethod.Get, "api/tasks/stream?include_existing=true", 200), (HttpMethod.Get, "health", 200), (HttpMethod.Get, "alive", 200),
            (HttpMethod.Get, "jobs?limit=none", 400), (HttpMethod.Get, "nowhere", 404), (HttpMethod.Post, "files", 412),
            (HttpMethod.Delete, "health", 405), (HttpMethod.Head, "jobs", 200), (HttpMethod.Options, "files", 204),
        })
        {
            foreach (var origin in new[] { Studio, Local })
            {
                using var answer = await host.Client.AskAsync(method, path, ("Origin", origin));
                Assert.True(status == (int)answer.StatusCode, $"{method} {path}: {(int)answer.StatusCode}");
                AssertReadable(answer, origin);
            }

            // No page of theirs, and no page at all: a cache must keep them apart.
            foreach (var headers in new (string, string)[][] { [("Origin", Other)], [("Origin", "null")], [] })
            {
                using var answer = await host.Client.AskAsync(method, path, headers);
                AssertHidden(answer);
                Assert.Contains("Origin", answer.Headers.Vary);
            }
        }

        using var patched = await host.Client.PatchAsync(upload, 0, Api.Plain("photo.jpg")[..500], ("Origin", Studio));
        Assert.Equal(HttpStatusCode.NoContent, patched.StatusCode);
        AssertReadable(patched, Studio);
        using var stranger = host.NewClient();
        using var unknown = await stranger.AskAsync(HttpMethod.Get, "jobs", ("Origin", Studio));
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        AssertReadable(unknown, Studio);
    }

    [Fact]
    public async Task Without_keys_serves_named_origins_as_local_callers()
    {
        var host = await StartAsync(Named);
        using var named = await host.Client.AskAsync(HttpMethod.Get, "jobs", ("Origin", Local));
        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
        using var other = await host.Client.AskAsync(HttpMethod.Get, "jobs", ("Origin", Other));
        await other.ProblemAsync(HttpStatusCode.Forbidden);
        using var rebound = await host.Client.AskAsync(HttpMethod.Get, "jobs", ("Origin", Local), ("Host", "evil.example"));
        await rebound.ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_star_lets_every_page_read_and_opens_nothing()
    {
        var host = await StartAsync(new Dictionary<string, string?> { ["Cors:Origins:0"] = "*" });
        using var health = await host.Client.AskAsync(HttpMethod.Get, "health", ("Origin", Other));
        AssertReadable(health, "*");
        using var image = await host.Client.AskAsync(HttpMethod.Get, "health");
        Assert.Equal("cross-origin", image.Header("Cross-Origin-Resource-Policy"));
        using var jobs = await host.Client.AskAsync(HttpMethod.Get, "jobs", ("Origin", Other));
        AssertReadable(jobs, "*");
        await jobs.ProblemAsync(HttpStatusCode.Forbidden);
        using var preflight = await host.Client.AskAsync(HttpMethod.Options, "files", ("Origin", Other), ("Access-Control-Request-Method", "PATCH"));
        AssertReadable(preflight, "*", isPreflight: true);
    }

    [Theory]
    [InlineData("studio.example")]
    [InlineData("https://studio.example/")]
    [InlineData("https://studio.example/page")]
    [InlineData("https://studio.example?a=b")]
    [InlineData("https://user@studio.example")]
    [InlineData("https://*.example")]
    [InlineData("ftp://studio.example")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Starts_with_origins_alone(string origin)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartAsync(new Dictionary<string, string?> { ["Cors:Origins:0"] = origin }));
        Assert.Contains($"Cors:Origins:0: '{origin}' must be an origin", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refusal.Message, StringComparison.Ordinal);
    }

    private static void AssertReadable(HttpResponseMessage answer, string origin, bool isPreflight = false)
    {
        Assert.Equal(origin, answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal(("nosniff", "cross-origin"), (answer.Header("X-Content-Type-Options"), answer.Header("Cross-Origin-Resource-Policy")));
        Assert.Null(answer.Header("Access-Control-Allow-Credentials"));
        if (isPreflight)
        {
            return;
        }

        var exposed = answer.Header("Access-Control-Expose-Headers")!.Split(',');
        Assert.Empty(new[]
        {
            "Location", "ETag", "Content-Range", "Content-Disposition", "Accept-Ranges", "Retry-After", "Link", "Tus-Resumable", "Tus-Version",
            "Tus-Extension", "Tus-Max-Size", "Upload-Offset", "Upload-Length", "Upload-Expires",
        }.Except(exposed));
    }

    private static void AssertHidden(HttpResponseMessage answer)
    {
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(("nosniff", "same-origin"), (answer.Header("X-Content-Type-Options"), answer.Header("Cross-Origin-Resource-Policy")));
    }
}
