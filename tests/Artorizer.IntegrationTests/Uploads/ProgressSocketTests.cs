using System.Net;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary><c>GET /jobs/{id}/progress</c> as a WebSocket.</summary>
[Trait("Topology", "any")]
public sealed class ProgressSocketTests(ApiFixture api) : UploadTest(api)
{
    [Fact]
    public async Task Every_event_is_told_once_in_order_and_then_it_closes()
    {
        var jobId = await Client.SubmitAsync(Api.Picture("small.jpg"), "a.jpg");
        using var live = await SocketClient.ConnectAsync(Host.Address, $"jobs/{jobId}/progress");
        var events = await live.RestAsync();

        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => (long)e["sequence"]!));
        Assert.Equal(("queued", "completed"), ((string?)events[0]["type"], (string?)events[^1]["type"]));
        Assert.Equal(1000, live.CloseStatus);

        // A finished job is told from the store, from where one left off.
        foreach (var after in new[] { 0, 3, events.Count })
        {
            using var later = await SocketClient.ConnectAsync(Host.Address, $"jobs/{jobId}/progress?after={after}");
            var rest = await later.RestAsync();
            Assert.Equal("completed", (string?)rest[^1]["type"]);
            if (after < events.Count)
            {
                Assert.Equal(events[after..].Select(e => e.ToJsonString()), rest.Select(e => e.ToJsonString()));
            }
        }
    }

    [Fact]
    public async Task A_deleted_job_is_told()
    {
        var jobId = await Client.QueueAsync(new { type = "sleep", data = new { ms = 60_000 } });
        using var socket = await SocketClient.ConnectAsync(Host.Address, $"jobs/{jobId}/progress");
        await socket.NextAsync("queued");
        using var deleted = await Client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
        Assert.Equal("deleted", (string?)(await socket.RestAsync())[^1]["type"]);
        Assert.Equal(1000, socket.CloseStatus);
    }

    [Fact]
    public async Task A_listener_that_talks_is_refused()
    {
        var jobId = await Client.QueueAsync(new { type = "sleep", data = new { ms = 60_000 } });
        using var socket = await SocketClient.ConnectAsync(Host.Address, $"jobs/{jobId}/progress");
        await socket.SendAsync("hello");
        Assert.Equal("error", (string?)(await socket.RestAsync())[^1]["type"]);
        Assert.Equal(1008, socket.CloseStatus);
        using var deleted = await Client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
    }

    [Fact]
    public async Task Without_a_job_or_an_upgrade_there_is_an_http_answer()
    {
        Assert.Equal(404, await SocketClient.RefusedAsync(Host.Address, $"jobs/{Guid.NewGuid()}/progress"));
        var jobId = await Client.SubmitAsync(Api.Picture("small.jpg"), "a.jpg");
        Assert.Equal(400, await SocketClient.RefusedAsync(Host.Address, $"jobs/{jobId}/progress?after=x"));
        foreach (var path in new[] { "protect", $"jobs/{jobId}/progress" })
        {
            using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative), Token);
            await answer.ProblemAsync(HttpStatusCode.UpgradeRequired);
            Assert.Equal("websocket", answer.Headers.Upgrade.ToString());
        }
    }

    [Fact]
    [Trait("Topology", "own")]
    public async Task Somebody_elses_job_looks_like_none()
    {
        var host = await StartAsync(TwoOwners);
        using var ada = As(host, AdaKey);
        var jobId = await ada.SubmitAsync(Api.Picture("small.jpg"), "a.jpg");
        Assert.Equal(404, await SocketClient.RefusedAsync(host.Address, $"jobs/{jobId}/progress", o => o.SetRequestHeader("X-Api-Key", BobKey)));
        Assert.Equal(401, await SocketClient.RefusedAsync(host.Address, $"jobs/{jobId}/progress"));
        using var own = await SocketClient.ConnectAsync(host.Address, $"jobs/{jobId}/progress", o => o.SetRequestHeader("X-Api-Key", AdaKey));
        await own.NextAsync("completed");
    }
}
