using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.TaskRpc;
using Artorizer.IntegrationTests.Uploads;
using Grpc.Core;
using Grpc.Net.Client;

namespace Artorizer.IntegrationTests.Api;

/// <summary>A key that is taken back opens nothing, not even what it has opened before.</summary>
public sealed class KeyRemovalTests(ApiFixture api) : ApiTest(api)
{
    // A second from when the change of the file is seen, which takes a moment of its own, on a machine that others work on as well.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Streams_end_with_their_key_and_others_go_on()
    {
        var host = await StartAsync();
        var (ada, adaKey) = await KeyAsync(host, "ada");
        var (bob, _) = await KeyAsync(host, "bob");
        await Eventually.TrueAsync(async () => await StatusAsync(bob) == HttpStatusCode.OK);
        await using var streams = await OpenAsync(host, ada, adaKey);
        await using var others = await BodyAsync(bob, "api/tasks/stream");
        var next = ReadAsync(others);
        Assert.All(streams.Ends, end => Assert.False(end.IsCompleted));

        RemoveKey(host, "ada");
        await AssertEndAsync(streams);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(ada));
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task Streams_of_callers_without_a_key_end_with_the_first()
    {
        var host = await StartAsync();
        await using var streams = await OpenAsync(host, host.Client, key: null);
        await KeyAsync(host, "ada");
        await AssertEndAsync(streams);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host.Client));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData(null)]
    public async Task A_server_that_had_keys_stays_closed(string? content)
    {
        var host = await StartAsync();
        var (ada, key) = await KeyAsync(host, "ada");
        await using var streams = await OpenAsync(host, ada, key);
        var file = Path.Combine(host.Data, "apikeys.json");
        if (content is null)
        {
            File.Delete(file);
        }
        else
        {
            await File.WriteAllTextAsync(file, content, Token);
        }

        await AssertEndAsync(streams);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(ada));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host.Client));
        Assert.Contains("The last API key is gone", host.Output, StringComparison.Ordinal);
    }

    private static async Task AssertEndAsync(OpenStreams streams)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            await Task.WhenAll(streams.Ends).WaitAsync(TimeSpan.FromSeconds(20), Token);
        }
        catch (TimeoutException)
        {
            Assert.Fail("Open after 20 s: " + string.Join(", ", streams.Ends.Select(end => end.IsCompleted)));
        }

        Assert.True(clock.Elapsed < Limit, $"It took {clock.Elapsed}.");
        var said = await Task.WhenAll(streams.Ends);
        Assert.Equal(["end", "end", "1008", "Unauthenticated", "Unauthenticated"], said);
    }

    // Events over SSE of a job and of all tasks, over a WebSocket, and over gRPC of a job and of all tasks.
    private static async Task<OpenStreams> OpenAsync(ArtorizerHost host, HttpClient client, string? key)
    {
        var jobId = await WaitingAsync(client);
        var streams = new OpenStreams(GrpcChannel.ForAddress(host.GrpcAddress));
        Metadata metadata = key is null ? [] : new Metadata { { "x-api-key", key } };
        var socket = await SocketClient.ConnectAsync(
            host.Address,
            $"jobs/{jobId}/progress",
            options =>
            {
                if (key is not null)
                {
                    options.SetRequestHeader("X-Api-Key", key);
                }
            });
        await socket.NextAsync("queued");
        var watch = new Protection.ProtectionClient(streams.Channel).WatchJob(new WatchJobRequest { JobId = jobId }, metadata, cancellationToken: Token);
        await watch.ResponseHeadersAsync;
        var tasks = new TaskDaemon.TaskDaemonClient(streams.Channel).StreamTasks(new StreamRequest(), metadata, cancellationToken: Token);
        await tasks.ResponseHeadersAsync;
        streams.Ends =
        [
            ReadAsync(await BodyAsync(client, $"jobs/{jobId}/events")), ReadAsync(await BodyAsync(client, "api/tasks/stream")), CloseAsync(socket),
            StatusAsync(watch.ResponseStream), StatusAsync(tasks.ResponseStream),
        ];
        return streams;
    }

    private static async Task<Stream> BodyAsync(HttpClient client, string path)
    {
        var answer = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(Token);
    }

    // To a proper end: one that is cut off throws.
    private static async Task<string> ReadAsync(Stream body)
    {
        await body.CopyToAsync(Stream.Null, Token);
        return "end";
    }

    private static async Task<string> CloseAsync(SocketClient socket)
    {
        using (socket)
        {
            while (await socket.NextAsync() is not null)
            {
                // What is said before.
            }

            return $"{socket.CloseStatus}";
        }
    }

    private static async Task<string> StatusAsync<T>(IAsyncStreamReader<T> stream)
    {
        try
        {
            while (await stream.MoveNext(Token))
            {
                // What comes before.
            }

            return "OK";
        }
        catch (RpcException e)
        {
            return e.StatusCode.ToString();
        }
    }

    private static Task<string> WaitingAsync(HttpClient client) => client.QueueAsync(new { type = "echo", delay_ms = 3_600_000 });

    private static async Task<(HttpClient Client, string Key)> KeyAsync(ArtorizerHost host, string owner)
    {
        var key = (await ArtorizerHost.RunAsync("new-key", owner, "--data", host.Data)).Output.Trim();
        var client = host.NewClient();
        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        await Eventually.TrueAsync(async () => await StatusAsync(client) == HttpStatusCode.OK && await StatusAsync(host.Client) != HttpStatusCode.OK);
        return (client, key);
    }

    private static void RemoveKey(ArtorizerHost host, string owner)
    {
        var file = Path.Combine(host.Data, "apikeys.json");
        var root = JsonNode.Parse(File.ReadAllText(file))!;
        var keys = root["ApiKeys"]!["Keys"]!.AsArray();
        keys.Remove(keys.Single(entry => (string?)entry!["Owner"] == owner));
        File.WriteAllText(file + ".new", root.ToJsonString());
        File.Move(file + ".new", file, overwrite: true);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("jobs", UriKind.Relative), Token);
        return answer.StatusCode;
    }

    private sealed class OpenStreams(GrpcChannel channel) : IAsyncDisposable
    {
        public GrpcChannel Channel => channel;

        public Task<string>[] Ends { get; set; } = [];

        public ValueTask DisposeAsync()
        {
            channel.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
