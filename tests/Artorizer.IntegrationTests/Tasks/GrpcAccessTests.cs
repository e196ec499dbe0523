using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.TaskRpc;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>API keys over gRPC, and what open streams see of a server that stops.</summary>
public sealed class GrpcAccessTests(TaskFixture fixture) : TaskTest(fixture)
{
    private const string Service = "taskdaemon.TaskDaemon/";

    public static TheoryData<string> Peers => ["python", "node"];

    private static IEnumerable<string> Methods =>
        from service in TaskdaemonReflection.Descriptor.Services.Concat(ProtectionReflection.Descriptor.Services)
        from method in service.Methods
        select $"{service.FullName}/{method.Name}";

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task Keys_open_their_owners_tasks_alone(string name)
    {
        await using var host = await ExampleHost.StartAsync(
            [
                .. Key(0, "ada", "first"), .. Key(1, "ben", "second"), ("RateLimit:Burst", "12"),
                ("RateLimit:RequestsPerSecond", "0.01"), ("RateLimit:ReplenishmentPeriod", "00:05:00"),
            ]);
        var peer = Fixture.Peer(name, host);
        var request = new JsonObject { ["task_type"] = "echo", ["task_data"] = Convert.ToBase64String("1"u8) };
        foreach (var metadata in new JsonObject?[] { null, Bearer("wrong"), new JsonObject { ["x-api-key"] = "third" } })
        {
            foreach (var method in Methods)
            {
                var refused = await peer.CallAsync(method, [new JsonObject()], metadata?.DeepClone().AsObject());
                Assert.Equal((method, "UNAUTHENTICATED"), (method, refused.Status));
                Assert.StartsWith("Unauthorized: Send a valid API key", refused.Details, StringComparison.Ordinal);
            }
        }

        var queued = await peer.AskAsync(Service + "QueueTask", request, Bearer("first"));
        var id = new JsonObject { ["task_id"] = queued["task_id"]!.DeepClone() };
        Assert.Equal("OK", (await peer.CallAsync(Service + "GetTask", [id.DeepClone()], new JsonObject { ["x-api-key"] = "first" })).Status);
        Assert.Equal("NOT_FOUND", (await peer.CallAsync(Service + "GetTask", [id.DeepClone()], Bearer("second"))).Status);
        Assert.Empty((await peer.AskAsync(Service + "ListTasks", [], Bearer("second")))["tasks"]!.AsArray());
        Assert.False((bool)(await peer.AskAsync(Service + "DeleteTask", id, Bearer("second")))["success"]!);
        Assert.Equal("SERVING", (string?)(await peer.AskAsync("grpc.health.v1.Health/Check", []))["status"]);
        var foreign = await peer.CallAsync(
            Service + "StreamTasks",
            [new JsonObject { ["task_ids"] = new JsonArray(queued["task_id"]!.DeepClone()), ["include_existing"] = true }],
            Bearer("second"),
            deadlineMs: 500);
        Assert.Equal(("DEADLINE_EXCEEDED", 0), (foreign.Status, foreign.Replies.Count));

        for (var calls = 0; (await peer.CallAsync(Service + "ListTasks", [new JsonObject()], Bearer("second"))).Status == "OK"; calls++)
        {
            Assert.InRange(calls, 0, 12);
        }

        foreach (var method in Methods)
        {
            var limited = await peer.CallAsync(method, [new JsonObject()], Bearer("second"));
            Assert.Equal((method, "RESOURCE_EXHAUSTED"), (method, limited.Status));
            Assert.StartsWith("Too many requests: ", limited.Details, StringComparison.Ordinal);
            Assert.InRange(int.Parse(limited.Trailers["retry-after"], CultureInfo.InvariantCulture), 1, 300);
        }

        Assert.Equal("OK", (await peer.CallAsync(Service + "ListTasks", [new JsonObject()], Bearer("first"))).Status);
    }

    [Fact]
    public async Task Open_streams_end_when_the_server_stops()
    {
        await using var host = await ExampleHost.StartAsync();
        var peer = Fixture.Peer("node", host);
        var queued = await peer.AskAsync(Service + "QueueTask", new JsonObject { ["task_type"] = "echo", ["delay_ms"] = 3_600_000 });
        var tasks = await peer.OpenAsync(Service + "StreamTasks", []);
        var job = await peer.OpenAsync("artorizer.v1.Protection/WatchJob", new JsonObject { ["job_id"] = (string)queued["job_id"]! });

        Assert.Equal("queued", (string?)Assert.Single(await job.ReadAsync(1))["type"]);

        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await host.StopAsync());

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"It took {clock.Elapsed}.");
        Assert.Equal(("UNAVAILABLE", "The server is stopping; call again."), await tasks.FinishAsync());
        Assert.Equal(("UNAVAILABLE", "The server is stopping; call again."), await job.FinishAsync());
    }

    private static JsonObject Bearer(string key) => new() { ["authorization"] = $"Bearer {key}" };

    private static (string, string)[] Key(int number, string owner, string key) =>
    [
        ($"ApiKeys:Keys:{number}:Owner", owner),
        ($"ApiKeys:Keys:{number}:Sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))),
    ];
}
