using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Who is served: local callers without keys, owners with them.</summary>
[Collection(nameof(OwnHosts))]
public sealed class AccessTests(ApiFixture api) : ApiTest(api)
{
    private const string AdaKey = "ada-0123456789abcdefghijklmnop";
    private const string BobKey = "bob-0123456789abcdefghijklmnop";

    private static Dictionary<string, string?> TwoOwners => new()
    {
        ["ApiKeys:Keys:0:Owner"] = "ada",
        ["ApiKeys:Keys:0:Key"] = AdaKey,
        ["ApiKeys:Keys:1:Owner"] = "bob",
        ["ApiKeys:Keys:1:Key"] = BobKey,
    };

    [Fact]
    public async Task Without_keys_serves_this_machine_only()
    {
        var host = await StartAsync(null, null, "--address", "0.0.0.0");
        using var local = await host.Client.GetAsync(new Uri("jobs", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, local.StatusCode);

        // An address of this machine that is not on the loopback interface is what another machine would look like.
        using var other = new HttpClient { BaseAddress = new UriBuilder(host.Address) { Host = OwnAddress().ToString() }.Uri };
        foreach (var path in new[] { "jobs", "api/tasks", "api/metrics", "metrics" })
        {
            using var answer = await other.GetAsync(new Uri(path, UriKind.Relative), Token);
            await answer.ProblemAsync(HttpStatusCode.Forbidden);
        }

        using var protect = await other.ProtectAsync(Api.Picture("tiny.png"), "tiny.png");
        await protect.ProblemAsync(HttpStatusCode.Forbidden);
        Assert.Null((await other.GetJsonAsync("health"))["components"]);
        foreach (var name in new[] { "localhost", "127.0.0.1" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "jobs");
            request.Headers.Host = $"{name}:{host.Address.Port}";
            using var pretending = await other.SendAsync(request, Token);
            await pretending.ProblemAsync(HttpStatusCode.Forbidden);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_keys_serves_nobody_behind_a_proxy(bool trustsForwardedHeaders)
    {
        // Published deployments trust what their gateway forwards; a caller that reaches the router directly can forward
        // itself, from 127.0.0.1 if it likes.
        var host = await StartAsync(
            new Dictionary<string, string?> { ["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = trustsForwardedHeaders.ToString() },
            null,
            "--address",
            "0.0.0.0");
        using var other = new HttpClient { BaseAddress = new UriBuilder(host.Address) { Host = OwnAddress().ToString() }.Uri };
        foreach (var (header, value) in new[] { ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-For", "::1"), ("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=127.0.0.1"), ("X-Real-IP", "127.0.0.1"), ("Via", "1.1 proxy"), ("CF-Connecting-IP", "127.0.0.1") })
        {
            foreach (var client in new[] { other, host.Client })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "jobs");
                request.Headers.Host = $"localhost:{host.Address.Port}";
                request.Headers.Add(header, value);
                using var answer = await client.SendAsync(request, Token);
                await answer.ProblemAsync(HttpStatusCode.Forbidden);
            }
        }

        using var local = await host.Client.GetAsync(new Uri("jobs", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, local.StatusCode);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "127.0.0.1.evil.example")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost.evil.example")]
    [InlineData("Origin", "http://localhost:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Without_keys_refuses_pages_of_other_sites(string header, string value)
    {
        foreach (var (method, path) in new[] { (HttpMethod.Get, "jobs"), (HttpMethod.Post, "queue"), (HttpMethod.Post, "protect") })
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await Client.SendAsync(request, Token);
            await answer.ProblemAsync(HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task Without_keys_serves_its_own_page()
    {
        foreach (var host in new[] { "localhost", "127.0.0.1", "[::1]" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "jobs");
            request.Headers.Host = $"{host}:{Host.Address.Port}";
            request.Headers.Add("Origin", $"http://{host}:{Host.Address.Port}");
            using var answer = await Client.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task With_keys_asks_for_one_on_every_route()
    {
        var host = await StartAsync(TwoOwners);
        using var ada = WithBearer(host, AdaKey);
        var jobId = await ada.SubmitAsync(Api.Picture("tiny.png"), "tiny.png");
        await ada.EndOfAsync(jobId);
        var taskId = (int)(await ada.JobAsync(jobId))["task_id"]!;

        foreach (var (method, path) in Routes(jobId, taskId)
            .Append((HttpMethod.Get, "jobs")).Append((HttpMethod.Post, "protect")).Append((HttpMethod.Post, "queue"))
            .Append((HttpMethod.Get, "api/tasks")).Append((HttpMethod.Get, "api/metrics")).Append((HttpMethod.Get, "metrics")))
        {
            foreach (var key in new[] { null, "", "wrong-0123456789abcdefghijklmn", AdaKey[..^1], AdaKey.ToUpperInvariant() })
            {
                using var request = new HttpRequestMessage(method, path);
                if (key is not null)
                {
                    request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
                }

                using var answer = await host.Client.SendAsync(request, Token);
                await answer.ProblemAsync(HttpStatusCode.Unauthorized);
                Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
            }
        }

        // Probes stay open, and tell nothing.
        foreach (var path in new[] { "health/live", "health/ready", "alive", "health" })
        {
            using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.DoesNotContain("components", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Shows_each_owner_their_own_jobs_only()
    {
        var host = await StartAsync(TwoOwners);
        using var ada = WithBearer(host, AdaKey);
        using var bob = host.NewClient();
        bob.DefaultRequestHeaders.Add("X-Api-Key", BobKey);
        var picture = Api.Picture("tiny.png");
        var jobId = await ada.SubmitAsync(picture, "tiny.png");
        await ada.EndOfAsync(jobId);
        var taskId = (int)(await ada.JobAsync(jobId))["task_id"]!;

        foreach (var (method, path) in Routes(jobId, taskId))
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await bob.SendAsync(request, Token);
            await answer.ProblemAsync(HttpStatusCode.NotFound);
        }

        Assert.Empty((await bob.GetJsonAsync("jobs"))["jobs"]!.AsArray());
        Assert.Empty((await bob.GetJsonAsync("api/tasks")).AsArray());
        Assert.NotEqual(jobId, await bob.SubmitAsync(picture, "tiny.png"));
        Assert.Equal("completed", (string?)(await ada.JobAsync(jobId))["status"]);
        Assert.Single((await ada.GetJsonAsync("jobs"))["jobs"]!.AsArray());
    }

    [Fact]
    public async Task Makes_keys_and_takes_them_back_while_it_runs()
    {
        var host = await StartAsync();
        var (exitCode, output, error) = await ArtorizerHost.RunAsync("new-key", "ada", "--data", host.Data);
        Assert.Equal(0, exitCode);
        Assert.Contains("not shown again", error, StringComparison.Ordinal);
        var key = output.Trim();
        var file = Path.Combine(host.Data, "apikeys.json");
        Assert.DoesNotContain(key, await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));

        using var ada = WithBearer(host, key);
        await Eventually.TrueAsync(async () => await StatusAsync(host.Client) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(ada));
        var second = (await ArtorizerHost.RunAsync("new-key", "bob", "--data", host.Data)).Output.Trim();
        using var bob = WithBearer(host, second);
        await Eventually.TrueAsync(async () => await StatusAsync(bob) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(ada));

        // Ada's entry is taken out.
        var keys = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(file, Token))!;
        keys["ApiKeys"]!["Keys"]!.AsArray().RemoveAt(0);
        await File.WriteAllTextAsync(file + ".new", keys.ToJsonString(), Token);
        File.Move(file + ".new", file, overwrite: true);
        await Eventually.TrueAsync(async () => await StatusAsync(ada) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(bob));

        // A file that is lost opens nothing.
        File.Delete(file);
        await Eventually.TrueAsync(async () => await StatusAsync(bob) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host.Client));
        Assert.Contains("The last API key is gone", host.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("$system")]
    [InlineData("../ada")]
    [InlineData("local")]
    public async Task Makes_no_key_for_an_owner_it_cannot_have(string owner)
    {
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        var (exitCode, output, error) = await ArtorizerHost.RunAsync("new-key", owner, "--data", data);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("An owner is", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(data));
        Directory.Delete(data);
    }

    [Fact]
    public async Task Limits_the_rate_of_each_owner()
    {
        var host = await StartAsync(new Dictionary<string, string?>(TwoOwners) { ["RateLimit:RequestsPerSecond"] = "1", ["RateLimit:Burst"] = "5" });
        using var ada = WithBearer(host, AdaKey);
        using var bob = WithBearer(host, BobKey);

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 30 && !statuses.Contains(HttpStatusCode.TooManyRequests); i++)
        {
            using var answer = await ada.GetAsync(new Uri("jobs", UriKind.Relative), Token);
            statuses.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                await answer.ProblemAsync(HttpStatusCode.TooManyRequests);
                Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            }
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.All(statuses.Take(5), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(bob));
        await Eventually.TrueAsync(async () => await StatusAsync(ada) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Sheds_load_when_too_much_waits()
    {
        var host = await StartAsync(new Dictionary<string, string?> { ["Limits:MaxBacklog"] = "3", ["Worker:Concurrency"] = "1" });
        var waiting = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            waiting.Add(await host.Client.QueueAsync(new { type = "sleep", data = new { ms = 60_000 } }));
        }

        // The gate looks five times a second.
        await Eventually.TrueAsync(async () =>
        {
            using var probe = await host.Client.PostJsonAsync("queue", """{"type":"echo"}""");
            return probe.StatusCode == HttpStatusCode.ServiceUnavailable;
        });
        var accepted = (await StoredState.ReadAsync(host.Data)).Jobs;
        Assert.InRange(accepted, 3, 60);
        foreach (var send in new Func<Task<HttpResponseMessage>>[]
        {
            () => host.Client.PostJsonAsync("queue", """{"type":"echo"}"""),
            () => host.Client.ProtectAsync(Api.Picture("tiny.png"), "tiny.png"),
            () => host.Client.ProtectAsync(Api.Picture("tiny.png"), "tiny.png", ("via", "direct")),
        })
        {
            using var answer = await send();
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        }

        Assert.Equal(accepted, (await StoredState.ReadAsync(host.Data)).Jobs);
        foreach (var jobId in waiting)
        {
            using var deleted = await host.Client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
        }

        await Eventually.TrueAsync(async () =>
        {
            using var answer = await host.Client.PostJsonAsync("queue", """{"type":"echo"}""");
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    private static IEnumerable<(HttpMethod Method, string Path)> Routes(string jobId, int taskId) =>
    [
        (HttpMethod.Get, $"jobs/{jobId}"),
        (HttpMethod.Get, $"jobs/{jobId}/result"),
        (HttpMethod.Get, $"jobs/{jobId}/download/original"),
        (HttpMethod.Get, $"jobs/{jobId}/download/protected"),
        (HttpMethod.Get, $"jobs/{jobId}/events"),
        (HttpMethod.Post, $"jobs/{jobId}/redrive"),
        (HttpMethod.Delete, $"jobs/{jobId}"),
        (HttpMethod.Get, $"api/tasks/{taskId}"),
        (HttpMethod.Post, $"api/tasks/{taskId}/redrive"),
        (HttpMethod.Delete, $"api/tasks/{taskId}"),
    ];

    private static HttpClient WithBearer(ArtorizerHost host, string key)
    {
        var client = host.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("jobs", UriKind.Relative), Token);
        return answer.StatusCode;
    }

    private static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .First(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
}
