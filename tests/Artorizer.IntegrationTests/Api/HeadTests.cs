using System.Globalization;
using System.Net;
using System.Text;

namespace Artorizer.IntegrationTests.Api;

/// <summary>HEAD wherever there is GET (RFC 9110 §9.3.2).</summary>
public sealed class HeadTests(ApiFixture api) : ApiTest(api)
{
    // Of the message as it was sent, or of the clock.
    private static readonly string[] Unsteady = ["Date", "Transfer-Encoding", "Content-Length"];

    [Fact]
    public async Task HEAD_answers_as_GET()
    {
        var jobId = await Client.FinishAsync(Api.Picture("small.png"), "small.png");
        var taskId = (int)(await Client.JobAsync(jobId))["task_id"]!;
        foreach (var path in new[]
        {
            "", "index.html", "health", "health/live", "health/ready", "alive", "openapi/v1.json", "metrics", "jobs", "jobs?limit=1",
            $"jobs/{jobId}", $"jobs/{jobId}/result",
            $"jobs/{jobId}/download/protected", $"jobs/{jobId}/progress", "protect", "api/tasks?limit=1", $"api/tasks/{taskId}", "api/metrics",
            // Errors as well.
            "nowhere", "jobs?limit=none", $"jobs/{Guid.NewGuid()}", $"jobs/{Guid.NewGuid()}/events", $"jobs/{Guid.NewGuid()}/result", "api/tasks/0",
            "api/tasks/stream?include_existing=maybe", "objects/none",
        })
        {
            using var get = await Client.AskAsync(HttpMethod.Get, path);
            using var head = await Client.AskAsync(HttpMethod.Head, path);

            Assert.True(get.StatusCode == head.StatusCode, $"/{path}: {(int)get.StatusCode}, but {(int)head.StatusCode} to HEAD");
            Assert.Equal(Steady(get), Steady(head));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
            var whole = await get.Content.ReadAsByteArrayAsync(Token);
            Assert.True(head.Content.Headers.ContentLength > 0, $"/{path}: {head.Content.Headers.ContentLength}");
            if (path is not ("health" or "metrics"))
            {
                // Those tell times and counts, which take as many digits as they do.
                Assert.True(
                    whole.Length == head.Content.Headers.ContentLength, $"/{path}: {whole.Length}, but {head.Content.Headers.ContentLength} to HEAD");
            }
        }
    }

    [Fact]
    public async Task HEAD_leaves_a_connection_on_which_more_can_be_asked()
    {
        // A long list, for its body goes out in blocks.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Client.QueueAsync(new { type = "echo", data = new string('x', 50_000) })));
        var head = $" HTTP/1.1\r\nHost: localhost:{Host.Address.Port}\r\n";
        using var peer = await RawPeer.SendAsync(Host.Address.Port, Encoding.ASCII.GetBytes(
            $"HEAD /api/tasks?limit=10{head}\r\nHEAD /openapi/v1.json{head}\r\nHEAD /nowhere{head}\r\nHEAD /health{head}Connection: close\r\n\r\n"));

        var answers = (await peer.EndAsync()).Split("\r\n\r\n");

        Assert.Equal(5, answers.Length);
        Assert.Empty(answers[4]);
        Assert.All(answers[..4], answer => Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal));
        var length = answers[0].Split("Content-Length: ")[1].Split('\r')[0];
        Assert.True(int.Parse(length, CultureInfo.InvariantCulture) > 200_000, length);
    }

    [Fact]
    public async Task HEAD_of_a_stream_ends_after_its_headers()
    {
        var running = await Client.QueueAsync(new { type = "sleep", data = new { seconds = 20 } });
        foreach (var path in new[] { $"jobs/{running}/events", "api/tasks/stream", "api/tasks/stream?include_existing=true" })
        {
            using var head = await Client.AskAsync(HttpMethod.Head, path).WaitAsync(TimeSpan.FromSeconds(10), Token);
            Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (head.StatusCode, head.Content.Headers.ContentType?.MediaType));
            Assert.Equal("no-store", head.Headers.CacheControl!.ToString());
        }

        // By hand, for a client would not read a body that must not be there.
        using var peer = await RawPeer.SendAsync(Host.Address.Port, Encoding.ASCII.GetBytes(
            $"HEAD /jobs/{running}/events HTTP/1.1\r\nHost: localhost:{Host.Address.Port}\r\nConnection: close\r\n\r\n"));
        var answer = await peer.EndAsync().WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(answer.Length - 4, answer.IndexOf("\r\n\r\n", StringComparison.Ordinal));
        Assert.DoesNotContain("Content-Length", answer, StringComparison.Ordinal);
        await Client.DeleteAsync(new Uri($"jobs/{running}", UriKind.Relative), Token);
    }

    private static string[] Steady(HttpResponseMessage answer) =>
        [.. answer.Headers.Concat(answer.Content.Headers)
            .Where(h => !Unsteady.Contains(h.Key))
            .Select(h => $"{h.Key}: {string.Join(", ", h.Value)}").Order(StringComparer.Ordinal)];
}
