using System.Diagnostics;
using System.Net;

namespace Artorizer.IntegrationTests.Api;

/// <summary>What happens to jobs when the engine is away, the work is impossible, or the host is told to stop.</summary>
[Collection(nameof(OwnHosts))]
public sealed class RetryTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Tries_again_while_the_work_fails_and_keeps_the_job_for_later()
    {
        var picture = Api.Picture("small.png");
        var broken = true;
        await using var origin = await WebServer.StartAsync(async context =>
        {
            context.Response.StatusCode = broken ? 503 : 200;
            await context.Response.Body.WriteAsync(broken ? [] : picture, Token);
        });
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        string jobId;
        await using (var host = await StartWithDelayAsync(data))
        {
            jobId = await host.Client.QueueAsync(HashesOf(origin));
            var failed = await host.Client.EndOfAsync(jobId);
            Assert.Equal(
                ("failed", 3, "image_url_unavailable"), ((string?)failed["status"], (int)failed["attempts"]!, (string?)failed["error"]!["code"]));
            Assert.Equal(3, origin.Requests.Count);
            HostCalls.AssertDiscreet((string)failed["error"]!["message"]!);

            var types = new List<string>();
            await foreach (var e in host.Client.EventsAsync(jobId, null, Token))
            {
                types.Add(e.Type);
            }

            Assert.Equal(["queued", "started", "queued", "started", "queued", "started", "failed"], types.Where(type => type != "progress"));

            // Attempts are kept apart: half of 200 ms at least, then half of 400 ms.
            Assert.True((DateTimeOffset)failed["completed_at"]! - (DateTimeOffset)failed["submitted_at"]! >= TimeSpan.FromMilliseconds(300));
            Assert.Contains(jobId, (await StoredState.ReadAsync(data)).Messages);
            Assert.Contains(
                "1 dead letters",
                (await host.Client.GetJsonAsync("health"))["components"]!["queue"]!["description"]!.ToString(),
                StringComparison.Ordinal);
        }

        broken = false;
        var healthy = await StartAsync(ApiFixture.LoopbackAllowed, data);
        using var answer = await healthy.Client.PostAsync(new Uri($"jobs/{jobId}/redrive", UriKind.Relative), null, Token);
        var redriven = await answer.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(("queued", 0), ((string?)redriven["status"], (int)redriven["attempts"]!));
        var done = await healthy.Client.EndOfAsync(jobId);
        Assert.Equal(("completed", 1), ((string?)done["status"], (int)done["attempts"]!));

        // The message is settled after the job is completed.
        await Eventually.TrueAsync(async () => !(await StoredState.ReadAsync(data)).Messages.Any());
        using var again = await healthy.Client.PostAsync(new Uri($"jobs/{jobId}/redrive", UriKind.Relative), null, Token);
        await again.ProblemAsync(HttpStatusCode.Conflict);
        await healthy.StopAsync();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Tells_a_caller_who_waits_at_once_that_no_engine_answers()
    {
        var host = await StartAsync(new Dictionary<string, string?> { ["Engine:Address"] = $"http://127.0.0.1:{FreePorts.Take()}" });
        foreach (var via in (string[])["direct", "grpc", "storage"])
        {
            using var answer = await host.Client.ProtectAsync(Api.Picture("small.png"), "small.png", ("via", via));
            var problem = await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.Equal("engine_unavailable", (string?)problem["code"]);
            Assert.NotNull(answer.Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task Keeps_the_next_attempt_for_its_time_over_a_restart()
    {
        await using var origin = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        string jobId;
        await using (var host = await StartWithDelayAsync(data, "00:05:00"))
        {
            jobId = await host.Client.QueueAsync(HashesOf(origin));
            await host.Client.WaitAsync(jobId, job => (int)job["attempts"]! == 1 && (string?)job["status"] == "queued");
        }

        await using var healthy = await ArtorizerHost.StartAsync(null, data);
        Assert.Equal("queued", (string?)(await healthy.Client.JobAsync(jobId))["status"]);
        Assert.Contains(jobId, (await StoredState.ReadAsync(data)).Messages);
        using var deleted = await healthy.Client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
        await healthy.StopAsync();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Fails_tasks_that_nobody_can_do()
    {
        var unknown = await Client.EndOfAsync(await Client.QueueAsync(new { type = "juggle", data = new { balls = 5 } }));
        Assert.Equal(("failed", 1, "unknown_task_type"), ((string?)unknown["status"], (int)unknown["attempts"]!, (string?)unknown["error"]!["code"]));
        var invalid = await Client.EndOfAsync(await Client.QueueAsync(new { type = "sleep", data = "long" }));
        Assert.Equal(("failed", 1, "invalid_data"), ((string?)invalid["status"], (int)invalid["attempts"]!, (string?)invalid["error"]!["code"]));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("\"\"")]
    [InlineData("[]")]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("{\"args\":[1,\"zwei\",null,{\"a\":1.5}]}")]
    [InlineData("\"\\u0000 and 😀\"")]
    public async Task Echoes_values_as_they_are(string data)
    {
        using var queued = await Client.PostJsonAsync("queue", $$"""{"type":"echo","data":{{data}}}""");
        var ids = await queued.JsonAsync(HttpStatusCode.OK);
        await Client.EndOfAsync((string)ids["job_id"]!);

        var task = await Client.GetJsonAsync($"api/tasks/{ids["task_id"]}");

        Assert.Equal("completed", (string?)task["status"]);
        var expected = System.Text.Json.Nodes.JsonNode.Parse(data);
        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(expected, task["task_data"]), task.ToJsonString());
        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(expected, task["result"]), task.ToJsonString());
    }

    [Theory]
    [InlineData("""{"data":1}""", "Missing task type")]
    [InlineData("""{"type":""}""", "Missing task type")]
    [InlineData("""{"type":"protect_image"}""", "artist_name: required")]
    [InlineData("""{"type":"echo","priority":10}""", "priority: must be a whole number from 0 to 9")]
    [InlineData("""{"type":"echo","delay_ms":-1}""", "delay_ms: must be a whole number")]
    public async Task Refuses_wrong_tasks(string body, string detail)
    {
        using var answer = await Client.PostJsonAsync("queue", body);

        Assert.StartsWith(detail, (string)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Speaks_the_older_task_API()
    {
        using var missing = await Client.GetAsync(new Uri("api/tasks/2000000000", UriKind.Relative), Token);
        Assert.Equal("Task not found", (string?)(await missing.ProblemAsync(HttpStatusCode.NotFound))["detail"]);
        var id = (int)(await (await Client.PostJsonAsync("queue", """{"type":"juggle"}""")).JsonAsync(HttpStatusCode.OK))["task_id"]!;
        await Eventually.TrueAsync(async () => (string?)(await Client.GetJsonAsync($"api/tasks/{id}"))["status"] == "failed");
        var listed = (await Client.GetJsonAsync("api/tasks?limit=1")).AsArray();
        Assert.Equal(id, (int)Assert.Single(listed)!["id"]!);
        Assert.Contains("juggle", (string)listed[0]!["last_error"]!, StringComparison.Ordinal);
        using var redriven = await Client.PostAsync(new Uri($"api/tasks/{id}/redrive", UriKind.Relative), null, Token);
        Assert.Equal("Task redriven", (string?)(await redriven.JsonAsync(HttpStatusCode.OK))["message"]);
        await Eventually.TrueAsync(async () => (string?)(await Client.GetJsonAsync($"api/tasks/{id}"))["status"] == "failed");
        using var deleted = await Client.DeleteAsync(new Uri($"api/tasks/{id}", UriKind.Relative), Token);
        Assert.Equal("Task deleted", (string?)(await deleted.JsonAsync(HttpStatusCode.OK))["message"]);
        using var gone = await Client.PostAsync(new Uri($"api/tasks/{id}/redrive", UriKind.Relative), null, Token);
        Assert.Equal("Task not found or not failed", (string?)(await gone.ProblemAsync(HttpStatusCode.NotFound))["detail"]);
        var metrics = await Client.GetJsonAsync("api/metrics");
        Assert.True((long)metrics["tasks_received"]! > 0 && (long)metrics["tasks_processed_failed"]! >= 0 && (bool)metrics["daemon_healthy"]!);
    }

    [Fact]
    public async Task Finishes_what_runs_and_keeps_what_waits_when_told_to_stop()
    {
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        string running;
        var waiting = new List<string>();
        await using (var host = await ArtorizerHost.StartAsync(new Dictionary<string, string?> { ["Worker:Concurrency"] = "1" }, data))
        {
            running = await host.Client.QueueAsync(new { type = "sleep", data = new { ms = 3_000 } });
            await host.Client.WaitAsync(running, job => (string?)job["status"] == "processing");
            waiting.Add(await host.Client.SubmitAsync(Api.Picture("small.png"), "small.png"));
            waiting.Add(await host.Client.QueueAsync(new { type = "echo" }));
            Assert.Equal(0, await host.StopAsync());
            Assert.DoesNotContain("Unhandled", host.Output, StringComparison.Ordinal);
        }

        var next = await StartAsync(null, data);
        var job = await next.Client.JobAsync(running);
        Assert.Equal(("completed", 1), ((string?)job["status"], (int)job["attempts"]!));
        foreach (var jobId in waiting)
        {
            job = await next.Client.EndOfAsync(jobId);
            Assert.Equal(("completed", 1), ((string?)job["status"], (int)job["attempts"]!));
        }

        await next.StopAsync();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Gives_back_what_takes_longer_than_the_grace_period()
    {
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        string jobId;
        await using (var host = await ArtorizerHost.StartAsync(new Dictionary<string, string?> { ["Worker:ShutdownGrace"] = "00:00:01" }, data))
        {
            jobId = await host.Client.QueueAsync(new { type = "sleep", data = new { ms = 20_000 } });
            await host.Client.WaitAsync(jobId, job => (string?)job["status"] == "processing");
            var clock = Stopwatch.StartNew();
            Assert.Equal(0, await host.StopAsync());
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(19), $"It took {clock.Elapsed}.");
        }

        var next = await StartAsync(null, data);
        await next.Client.WaitAsync(jobId, job => (string?)job["status"] == "processing");
        await next.Client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
        await next.StopAsync();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Says_in_one_sentence_why_it_does_not_start()
    {
        var port = Host.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (arguments, sentence) in new (string[], string)[]
        {
            (["--port", port], $"Port {port} is in use by another program; stop it or choose another port with --port."),
            (["--port", "0"], "--port must be a port, 1 to 65535."),
            (["--port", "1234", "--grpc-port", "1234"], "must differ"),
        })
        {
            var (exitCode, _, error) = await ArtorizerHost.RunAsync([.. arguments, "--data", Path.Combine(Path.GetTempPath(), "artorizer-never")]);
            Assert.NotEqual(0, exitCode);
            Assert.Contains(sentence, error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        }

        var ports = FreePorts.Take(3).Select(p => p.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var (code, _, inUse) = await ArtorizerHost.RunAsync(
            "--port", ports[0], "--grpc-port", ports[1], "--processor-port", ports[2], "--data", Host.Data);
        Assert.Equal(1, code);
        Assert.Contains("is in use by another Artorizer process", inUse, StringComparison.Ordinal);
    }

    private static object HashesOf(WebServer origin) => new { type = "extract_hashes", data = new { image_url = new Uri(origin.Address, "a.png") } };

    private static Task<ArtorizerHost> StartWithDelayAsync(string data, string delay = "00:00:00.200") => ArtorizerHost.StartAsync(
        new Dictionary<string, string?>(ApiFixture.LoopbackAllowed) { ["Worker:RetryDelay"] = delay }, data);
}
