using System.Net;
using Artorizer.Contracts.TaskRpc;
using Artorizer.IntegrationTests.Uploads;
using Grpc.Core;
using Grpc.Net.Client;

namespace Artorizer.IntegrationTests.Api;

/// <summary>What one owner may keep open at once, so that there is room for others.</summary>
public sealed class OwnerLimitTests(ApiFixture api) : UploadTest(api)
{
    [Fact]
    public async Task Streams_of_events()
    {
        const int Most = 3;
        var host = await StartAsync(new Dictionary<string, string?>(TwoOwners) { ["Limits:MaxStreams"] = $"{Most}" });
        using var ada = As(host, AdaKey);
        using var bob = As(host, BobKey);
        var jobId = await ada.QueueAsync(new { type = "echo", delay_ms = 3_600_000 });
        var open = new List<HttpResponseMessage> { await OpenAsync(ada, $"jobs/{jobId}/events"), await OpenAsync(ada, "api/tasks/stream") };
        using var socket = await SocketClient.ConnectAsync(
            host.Address, $"jobs/{jobId}/progress", options => options.SetRequestHeader("X-Api-Key", AdaKey));
        await socket.NextAsync("queued");

        foreach (var path in new[] { $"jobs/{jobId}/events", "api/tasks/stream" })
        {
            using var refused = await OpenAsync(ada, path);
            await refused.ProblemAsync(HttpStatusCode.TooManyRequests);
            Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        }

        Assert.Equal(429, await SocketClient.RefusedAsync(
            host.Address, $"jobs/{jobId}/progress", options => options.SetRequestHeader("X-Api-Key", AdaKey)));
        using var channel = GrpcChannel.ForAddress(host.GrpcAddress);
        Assert.Equal(StatusCode.ResourceExhausted, await StreamAsync(channel, AdaKey));

        // Others have their own, and what is closed makes room.
        open.Add(await OpenAsync(bob, "api/tasks/stream"));
        Assert.Equal(StatusCode.OK, await StreamAsync(channel, BobKey));
        Assert.All(open, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        open[0].Dispose();
        await Eventually.TrueAsync(async () => await StreamAsync(channel, AdaKey) == StatusCode.OK);
        open.ForEach(answer => answer.Dispose());
    }

    [Fact]
    public async Task Uploads_that_are_not_finished()
    {
        var host = await StartAsync(new Dictionary<string, string?>(TwoOwners) { ["Uploads:MaxOpen"] = "3", ["Uploads:MaxOpenBytes"] = "1000000" });
        using var ada = As(host, AdaKey);
        using var bob = As(host, BobKey);
        var picture = Large(50_000);
        var first = await ada.CreateAsync(picture.Length, TusClient.Complete(("submit", "true")));
        var second = await ada.CreateAsync(10_000, TusClient.Complete());
        Assert.Equal(HttpStatusCode.TooManyRequests, await BeginAsync(ada, 950_000));
        Assert.Equal(HttpStatusCode.Created, await BeginAsync(ada, 900_000));
        Assert.Equal(HttpStatusCode.TooManyRequests, await BeginAsync(ada, 10));
        using (var socket = await SocketClient.ConnectAsync(host.Address, "protect", options => options.SetRequestHeader("X-Api-Key", AdaKey)))
        {
            await socket.SendAsync("""{"artist_name":"Ada","artwork_title":"One more","size":10}""");
            Assert.Equal(429, (int)(await socket.NextAsync())!["status"]!);
        }

        Assert.Equal(HttpStatusCode.Created, await BeginAsync(bob, 900_000));

        // Submitted or deleted, they are open no longer.
        Assert.Equal(picture.Length, await ada.AppendAsync(first, 0, picture));
        Assert.Equal(HttpStatusCode.Created, await BeginAsync(ada, 10));
        Assert.Equal(HttpStatusCode.TooManyRequests, await BeginAsync(ada, 10));
        using (var deleted = await ada.TusAsync(HttpMethod.Delete, second))
        {
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Created, await BeginAsync(ada, 10));
    }

    private static Task<HttpResponseMessage> OpenAsync(HttpClient client, string path) =>
        client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);

    // OK while it is open.
    private static async Task<StatusCode> StreamAsync(GrpcChannel channel, string key)
    {
        using var call = new TaskDaemon.TaskDaemonClient(channel).StreamTasks(
            new StreamRequest(), new Metadata { { "x-api-key", key } }, cancellationToken: Token);
        var next = call.ResponseStream.MoveNext(Token);
        await Task.WhenAny(next, call.ResponseHeadersAsync);
        await Task.WhenAny(next, Task.Delay(500, Token));
        return next.IsCompleted ? (await Assert.ThrowsAsync<RpcException>(() => next)).StatusCode : StatusCode.OK;
    }

    private static async Task<HttpStatusCode> BeginAsync(HttpClient client, int size)
    {
        using var answer = await client.PostJsonAsync("uploads", $$"""{"size":{{size}},"content_type":"image/png"}""");
        return answer.StatusCode;
    }
}
