using System.Text;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>Every call of <c>taskdaemon.TaskDaemon</c>, by clients in Python and Node.</summary>
public sealed class GrpcTaskTests(TaskFixture fixture) : TaskTest(fixture)
{
    private const string Service = "taskdaemon.TaskDaemon/";
    private const string OldService = "old.TaskDaemon/";

    public static TheoryData<string> Peers => ["python", "node"];

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task Tasks_go_in_and_results_come_out(string name)
    {
        var peer = Fixture.Peer(name);
        var queued = await peer.AskAsync(Service + "QueueTask", Request("add", """{"args":[2,3]}"""));
        var task = await EndAsync(peer, queued["task_id"]);

        Assert.Equal(("add", "completed", "5"), ((string?)task["task_type"], (string?)task["status"], Text(task["result"])));
        Assert.Equal("""{"args":[2,3]}""", Text(task["task_data"]));
        Assert.Equal(("PAYLOAD_FORMAT_JSON", "PAYLOAD_FORMAT_JSON"), ((string?)task["task_data_format"], (string?)task["result_format"]));
        Assert.Equal(1, (int)task["attempts"]!);
        Assert.True(DateTimeOffset.Parse((string)task["completed_at"]!, null) >= DateTimeOffset.Parse((string)task["created_at"]!, null));
        using var job = await Client.GetAsync(new Uri($"jobs/{queued["job_id"]}", UriKind.Relative), Token);
        Assert.True(job.IsSuccessStatusCode);

        var listed = (await peer.AskAsync(Service + "ListTasks", new JsonObject { ["limit"] = 1 }))["tasks"]!.AsArray();
        Assert.Equal((int)queued["task_id"]!, (int)Assert.Single(listed)!["id"]!);
        await peer.AskAsync(Service + "QueueTask", Request("echo", "1"));
        Assert.InRange((await peer.AskAsync(Service + "ListTasks", []))["tasks"]!.AsArray().Count, 2, 20);
        Assert.InRange((await peer.AskAsync(Service + "ListTasks", new JsonObject { ["limit"] = -5 }))["tasks"]!.AsArray().Count, 2, 20);
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task One_key_is_one_task(string name)
    {
        var peer = Fixture.Peer(name);
        var key = new JsonObject { ["idempotency-key"] = Guid.NewGuid().ToString() };
        var first = await peer.AskAsync(Service + "QueueTask", Request("echo", "1"), (JsonObject)key.DeepClone());
        var again = await peer.AskAsync(Service + "QueueTask", Request("echo", "1"), (JsonObject)key.DeepClone());
        var other = await peer.AskAsync(Service + "QueueTask", Request("echo", "1"));

        Assert.Equal((string?)first["job_id"], (string?)again["job_id"]);
        Assert.NotEqual((string?)first["job_id"], (string?)other["job_id"]);
        var refused = await peer.CallAsync(Service + "QueueTask", [Request("echo", "1")], new JsonObject { ["idempotency-key"] = "with space" });
        Assert.Equal("INVALID_ARGUMENT", refused.Status);
        Assert.StartsWith("Idempotency-Key: ", refused.Details, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task Health_and_metrics_are_told(string name)
    {
        var peer = Fixture.Peer(name);
        var health = await peer.AskAsync(Service + "GetHealth", []);
        Assert.Equal("healthy", (string?)health["status"]);
        Assert.True((int)health["workers"]! >= 1);
        Assert.True(DateTimeOffset.UtcNow - DateTimeOffset.Parse((string)health["timestamp"]!, null) < TimeSpan.FromMinutes(5));

        var before = await peer.AskAsync(Service + "GetMetrics", []);
        await RunAsync("echo", "1");
        await RunAsync("juggle", "1");
        var after = await peer.AskAsync(Service + "GetMetrics", []);
        foreach (var (counter, least) in new[] { ("tasks_received", 2), ("tasks_processed_success", 1), ("tasks_processed_failed", 1) })
        {
            Assert.True((double)after[counter]! - (double)before[counter]! >= least, counter);
        }

        Assert.True((bool)after["daemon_healthy"]!);
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task Failed_tasks_are_redriven_and_deleted(string name)
    {
        var peer = Fixture.Peer(name);
        var id = (await peer.AskAsync(Service + "QueueTask", Request("unreliable", """{"failures":50}""")))["task_id"];
        var task = await EndAsync(peer, id);
        Assert.Equal(("failed", 3), ((string?)task["status"], (int)task["attempts"]!));
        Assert.NotEmpty((string)task["last_error"]!);
        Assert.Equal("", (string?)task["result"]);

        AssertJson("""{"success":true,"message":"Task redriven"}""", await peer.AskAsync(Service + "RedriveTask", Id(id)));
        Assert.Equal(3, (int)(await EndAsync(peer, id))["attempts"]!);
        AssertJson("""{"success":true,"message":"Task deleted"}""", await peer.AskAsync(Service + "DeleteTask", Id(id)));
        AssertJson("""{"success":false,"message":"Task not found"}""", await peer.AskAsync(Service + "DeleteTask", Id(id)));
        AssertJson("""{"success":false,"message":"Task not found or not failed"}""", await peer.AskAsync(Service + "RedriveTask", Id(id)));
        var gone = await peer.CallAsync(Service + "GetTask", [Id(id)]);
        Assert.Equal(("NOT_FOUND", "Task not found"), (gone.Status, gone.Details));
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task Refusals_have_a_status_and_a_sentence(string name)
    {
        var peer = Fixture.Peer(name);
        foreach (var (request, metadata, details) in new (JsonObject, JsonObject?, string)[]
        {
            (Request("", "1"), null, "Missing task type"),
            (Request("$deliver_callback", "{}"), null, "type: not open to callers"),
            (Request("echo", "{"), new JsonObject { ["task-data-format"] = "json" }, "The task data are not valid JSON."),
            (Request("echo", "1"), new JsonObject { ["task-data-format"] = "pickle" }, "task-data-format must be json, msgpack or binary."),
            (new JsonObject { ["task_type"] = "echo", ["priority"] = 10 }, null, "priority: must be a whole number from 0 to 9"),
            (new JsonObject { ["task_type"] = "echo", ["delay_ms"] = -1 }, null, "delay_ms: must be a whole number"),
        })
        {
            var answer = await peer.CallAsync(Service + "QueueTask", [request], metadata);
            Assert.Equal("INVALID_ARGUMENT", answer.Status);
            Assert.StartsWith(details, answer.Details, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("python", null)]
    [InlineData("python", "msgpack")]
    [InlineData("node", null)]
    [InlineData("node", "msgpack")]
    public async Task MessagePack_is_detected_or_named_and_answered_in_kind(string name, string? format)
    {
        var peer = Fixture.Peer(name);
        var pixels = new JsonObject { ["$bytes"] = Convert.ToBase64String([0, 0xC1, 0xFF]) };
        var data = await Fixture.PackAsync(new JsonObject { ["pixels"] = pixels, ["width"] = 3 });
        var request = new JsonObject { ["task_type"] = "draw", ["task_data"] = Convert.ToBase64String(data) };

        var queued = await peer.AskAsync(Service + "QueueTask", request, format is null ? null : new JsonObject { ["task-data-format"] = format });
        var task = await EndAsync(peer, queued["task_id"]);

        Assert.Equal(("completed", "PAYLOAD_FORMAT_MSGPACK"), ((string?)task["status"], (string?)task["result_format"]));
        Assert.Equal(Convert.ToBase64String(data), (string?)task["task_data"]);
        byte[] image = [.. "P5 3 1 255\n"u8, 0, 0xC1, 0xFF];
        AssertJson(
            $$"""{"image":{"$bytes":"{{Convert.ToBase64String(image)}}"},"width":3,"height":1,"caption":null}""",
            await Fixture.UnpackAsync(Convert.FromBase64String((string)task["result"]!)));
    }

    [Fact]
    public async Task Bytes_named_as_such_are_not_looked_into()
    {
        var peer = Fixture.Peer("python");
        var data = Convert.ToBase64String("[1, 2]"u8);
        var queued = await peer.AskAsync(
            Service + "QueueTask",
            new JsonObject { ["task_type"] = "echo", ["task_data"] = data },
            new JsonObject { ["task-data-format"] = "binary" });

        var task = await EndAsync(peer, queued["task_id"]);

        Assert.Equal((data, "PAYLOAD_FORMAT_BINARY"), ((string?)task["result"], (string?)task["result_format"]));
    }

    [Fact]
    public async Task Clients_of_the_older_schema_keep_working()
    {
        var peer = Fixture.Peer("python");
        var queued = await peer.AskAsync(
            OldService + "QueueTask", new JsonObject { ["task_type"] = "echo", ["task_data"] = """{"ä": [0, "", null]}""" });
        var id = Assert.Single(queued).Value;
        await EndAsync(peer, id);

        var task = await peer.AskAsync(OldService + "GetTask", Id(id));

        Assert.Equal(("echo", "completed"), ((string?)task["task_type"], (string?)task["status"]));
        AssertJson("""{"ä": [0, "", null]}""", JsonNode.Parse((string)task["task_data"]!));
        AssertJson("""{"ä": [0, "", null]}""", JsonNode.Parse((string)task["result"]!));
        Assert.Equal("", (string?)task["last_error"]);
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task Changes_are_streamed_with_filters_and_the_present_state_first(string name)
    {
        var peer = Fixture.Peer(name);
        var old = (await RunAsync("echo", "\"old\""))["id"]!;
        var all = await peer.OpenAsync(Service + "StreamTasks", new JsonObject { ["task_types"] = new JsonArray("add", "sleep") });
        var some = await peer.OpenAsync(
            Service + "StreamTasks", new JsonObject { ["task_ids"] = new JsonArray(old.DeepClone()), ["include_existing"] = true });
        var existing = Assert.Single(await some.ReadAsync(1));
        Assert.Equal(((int)old, "completed", "\"old\""), ((int)existing["id"]!, (string?)existing["status"], Text(existing["result"])));

        await RunAsync("echo", "\"not asked for\"");
        var id = (int)(await RunAsync("sleep", """{"ms":100}"""))["id"]!;
        var seen = new List<JsonObject>();
        while (seen.Count == 0 || (string?)seen[^1]["status"] != "completed")
        {
            seen.AddRange(await all.ReadAsync(1));
        }

        Assert.All(seen, task => Assert.Equal((id, "sleep"), ((int)task["id"]!, (string?)task["task_type"])));
        Assert.Contains(seen, task => (string?)task["status"] == "processing");
        Assert.Equal("CANCELLED", await all.CancelAsync());
        Assert.Equal("CANCELLED", await some.CancelAsync());
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task Deadlines_and_cancellation_end_a_stream(string name)
    {
        var peer = Fixture.Peer(name);
        var waiting = await peer.AskAsync(Service + "QueueTask", new JsonObject { ["task_type"] = "echo", ["delay_ms"] = 3_600_000 });
        foreach (var (method, request) in new[]
        {
            (Service + "StreamTasks", new JsonObject { ["task_ids"] = new JsonArray(int.MaxValue) }),
            ("artorizer.v1.Protection/WatchJob", new JsonObject { ["job_id"] = (string)waiting["job_id"]! }),
            ("grpc.health.v1.Health/Watch", new JsonObject()),
        })
        {
            Assert.Equal("DEADLINE_EXCEEDED", (await peer.CallAsync(method, [request.DeepClone()], deadlineMs: 300)).Status);
            Assert.Equal("CANCELLED", (await peer.CallAsync(method, [request], cancelAfterMs: 300)).Status);
        }
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task Health_and_reflection_are_served(string name)
    {
        var peer = Fixture.Peer(name);
        Assert.Equal("SERVING", (string?)(await peer.AskAsync("grpc.health.v1.Health/Check", []))["status"]);
        Assert.Equal("NOT_FOUND", (await peer.CallAsync("grpc.health.v1.Health/Check", [new JsonObject { ["service"] = "none" }])).Status);
        var watch = await peer.OpenAsync("grpc.health.v1.Health/Watch", []);
        Assert.Equal("SERVING", (string?)Assert.Single(await watch.ReadAsync(1))["status"]);
        Assert.Equal("CANCELLED", await watch.CancelAsync());

        foreach (var version in new[] { "v1", "v1alpha" })
        {
            var answer = await peer.CallAsync(
                $"grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
                [new JsonObject { ["list_services"] = "" }, new JsonObject { ["file_containing_symbol"] = "taskdaemon.TaskDaemon" }]);
            Assert.Equal("OK", answer.Status);
            var services = answer.Replies[0]["list_services_response"]!["service"]!.AsArray().Select(s => (string)s!["name"]!).ToList();
            Assert.All(["taskdaemon.TaskDaemon", "artorizer.v1.Protection", "grpc.health.v1.Health"], s => Assert.Contains(s, services));
            Assert.NotEmpty(answer.Replies[1]["file_descriptor_response"]!["file_descriptor_proto"]!.AsArray());
        }
    }

    private static JsonObject Request(string type, string data) =>
        new() { ["task_type"] = type, ["task_data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(data)) };

    private static JsonObject Id(JsonNode? id) => new() { ["task_id"] = id!.DeepClone() };

    private static string Text(JsonNode? bytes) => Encoding.UTF8.GetString(Convert.FromBase64String((string)bytes!));

    private static async Task<JsonObject> EndAsync(TaskPeer peer, JsonNode? id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var task = await peer.AskAsync(Service + "GetTask", Id(id));
            if ((string?)task["status"] is "completed" or "failed")
            {
                return task;
            }

            await Task.Delay(25, limit.Token);
        }
    }
}
