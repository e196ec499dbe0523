using System.Buffers;
using System.Net;
using System.Text.Json.Nodes;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>The handlers of the example program over HTTP, in JSON and MessagePack.</summary>
public sealed class HandlerTests(TaskFixture fixture) : TaskTest(fixture)
{
    [Theory]
    [InlineData("""{"a":2,"b":0.5}""")]
    [InlineData("""{"args":[2,0.5]}""")]
    public async Task Binds_by_name_and_by_position(string data)
    {
        var task = await RunAsync("add", data);
        Assert.Equal("completed", (string?)task["status"]);
        AssertJson("2.5", task["result"]);
        AssertJson(data, task["task_data"]);

        task = await RunPackedAsync("add", JsonNode.Parse(data));
        AssertJson("2.5", task["result"]);
        AssertJson(data, task["task_data"]);
    }

    [Fact]
    public async Task Sends_one_message_per_job()
    {
        var task = await RunAsync("send_email", """{"to":"ada@example.org","subject":"Grüße","body":"One"}""");

        Assert.Equal("completed", (string?)task["status"]);
        var id = (string)task["result"]!["message_id"]!;
        var file = Assert.Single(
            Directory.GetFiles(Path.Combine(Fixture.Host.Folder, "outbox")),
            f => id.Contains(Path.GetFileNameWithoutExtension(f), StringComparison.Ordinal));
        Assert.Contains("Subject: Grüße", await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
        Assert.Equal(new FileInfo(file).Length, (long)task["result"]!["length"]!);
    }

    [Theory]
    [InlineData("send_email", """{"to":"nobody","subject":""}""", "to: The to field is not a valid e-mail address.", "subject: ")]
    [InlineData("send_email", """{"body":1}""", "to: required; subject: required; body: must be text")]
    [InlineData("send_email", "null", "to: required; subject: required")]
    [InlineData("add", """{"args":[1,2,3]}""", "args: 3 arguments were given; at most 2 are taken")]
    [InlineData("add", """{"a":"1","b":2}""", "a: must be a number")]
    [InlineData("sleep", """{"ms":-1}""", "ms: The field ms must be between 0 and 3600000.")]
    [InlineData("count_words", """{"a":1}""", "data: must be a list")]
    public async Task Fails_data_that_do_not_fit_at_once_and_lists_what_is_wrong(string type, string data, params string[] problems)
    {
        foreach (var task in new[] { await RunAsync(type, data), await RunPackedAsync(type, JsonNode.Parse(data)) })
        {
            Assert.Equal(("failed", 1), ((string?)task["status"], (int)task["attempts"]!));
            var error = (string)task["last_error"]!;
            Assert.All(problems, problem => Assert.Contains(problem, error, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Bytes_pass_natively_in_MessagePack_and_as_base64_in_JSON()
    {
        byte[] pixels = [0, 0xC1, 0xFF, 10, 20, 30];
        byte[] image = [.. "P5 3 2 255\n"u8, .. pixels];
        var packed = new JsonObject { ["$bytes"] = Convert.ToBase64String(pixels) };

        var task = await RunPackedAsync("draw", new JsonObject { ["pixels"] = packed, ["width"] = 3 });
        AssertJson($$"""{"image":{"$bytes":"{{Convert.ToBase64String(image)}}"},"width":3,"height":2,"caption":null}""", task["result"]);
        AssertJson($$"""{"pixels":{{packed.ToJsonString()}},"width":3}""", task["task_data"]);

        task = await RunAsync("draw", $$"""{"pixels":"{{Convert.ToBase64String(pixels)}}","width":3}""");
        AssertJson($$"""{"image":"{{Convert.ToBase64String(image)}}","width":3,"height":2,"caption":null}""", task["result"]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("0")]
    [InlineData("\"\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("false")]
    [InlineData("[1,-1.5,\"zwei\",null,{\"a\":{\"b\":[true]}}]")]
    public async Task Echo_returns_every_value_as_it_is(string data)
    {
        foreach (var task in new[] { await RunAsync("echo", data), await RunPackedAsync("echo", JsonNode.Parse(data)) })
        {
            Assert.Equal("completed", (string?)task["status"]);
            AssertJson(data, task["task_data"]);
            AssertJson(data, task["result"]);
        }
    }

    [Fact]
    public async Task Echo_returns_bytes_as_they_are()
    {
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        var data = new JsonObject
        {
            ["a"] = new JsonObject { ["$bytes"] = Convert.ToBase64String(bytes) },
            ["b"] = new JsonArray(new JsonObject { ["$bytes"] = "" }),
        };

        var task = await RunPackedAsync("echo", data);

        AssertJson(data.ToJsonString(), task["result"]);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("msgpack")]
    [InlineData("protobuf")]
    [InlineData("thrift-compact")]
    [InlineData("thrift-binary")]
    [InlineData("capnp")]
    [InlineData("capnp-packed")]
    public async Task Tasks_travel_in_every_wire_format(string name)
    {
        var protocol = WireProtocols.All.Single(p => p.Name == name);
        var data = name == "json"
            ? Payload.FromJson("""{"pixels":"AAE=","width":1}""")
            : new Payload(Payload.MessagePack, await Fixture.PackAsync(JsonNode.Parse("""{"pixels":{"$bytes":"AAE="},"width":1}""")));
        var body = new ArrayBufferWriter<byte>();
        protocol.Serialize(new TaskRequest { Type = "draw", Data = data }, body);

        using var queued = await PostAsync("queue", protocol.MediaTypes[0], body.WrittenSpan.ToArray());
        Assert.Equal((HttpStatusCode.OK, protocol.MediaTypes[0]), (queued.StatusCode, queued.Content.Headers.ContentType?.MediaType));
        var id = protocol.Deserialize<TaskSubmittedView>(new ReadOnlySequence<byte>(await queued.Content.ReadAsByteArrayAsync(Token))).TaskId;
        await EndOfAsync(id);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/tasks/{id}");
        request.Headers.Accept.ParseAdd(protocol.MediaTypes[0]);
        using var answer = await Client.SendAsync(request, Token);
        var task = protocol.Deserialize<TaskView>(new ReadOnlySequence<byte>(await answer.Content.ReadAsByteArrayAsync(Token)));

        Assert.Equal(("draw", "completed", 1), (task.TaskType, task.Status, task.Attempts));
        AssertJson(
            """{"image":"UDUgMSAyIDI1NQoAAQ==","width":1,"height":2,"caption":null}""",
            JsonNode.Parse(PayloadTranscoder.ToJson(task.Result!).Span));
        Assert.Equal(name == "json" ? Payload.Json : Payload.MessagePack, task.Result!.Format);
    }

    [Fact]
    public async Task Reports_progress_to_whoever_watches()
    {
        using var queued = await PostAsync("queue", "application/json", """{"type":"count_words","data":["a b","b  c",""]}"""u8.ToArray());
        var ids = await JsonAsync(queued, HttpStatusCode.OK);

        var events = await Client.GetStringAsync(new Uri($"jobs/{ids["job_id"]}/events", UriKind.Relative), Token);

        Assert.All(["text 1 of 3", "text 2 of 3", "text 3 of 3"], step => Assert.Contains(step, events, StringComparison.Ordinal));
        Assert.Contains("event: completed", events, StringComparison.Ordinal);
        AssertJson("""{"a":1,"b":2,"c":1}""", (await TaskAsync((int)ids["task_id"]!))["result"]);
    }

    [Fact]
    public async Task Failures_are_tried_again_and_the_outcome_tells_of_the_attempts()
    {
        var task = await RunAsync("unreliable", """{"failures":2}""");

        Assert.Equal(("completed", 3, "done at attempt 3"), ((string?)task["status"], (int)task["attempts"]!, (string?)task["result"]));
    }

    [Fact]
    public async Task Failures_end_after_three_attempts_and_redrive_starts_anew()
    {
        var task = await RunAsync("unreliable", """{"failures":100}""");
        var id = (int)task["id"]!;
        Assert.Equal(("failed", 3), ((string?)task["status"], (int)task["attempts"]!));
        Assert.Equal("The handler failed unexpectedly; the worker's log has the details.", (string?)task["last_error"]);
        Assert.NotNull(task["completed_at"]);

        using var redriven = await PostAsync($"api/tasks/{id}/redrive", "application/json", []);
        Assert.Equal("Task redriven", (string?)(await JsonAsync(redriven, HttpStatusCode.OK))["message"]);
        task = await WaitAsync(id, t => (string?)t["status"] == "failed");
        Assert.Equal(3, (int)task["attempts"]!);
    }

    [Fact]
    public async Task Handlers_can_say_that_a_failure_is_permanent()
    {
        var task = await RunAsync("count_words", "[\"\"]");

        Assert.Equal(("failed", 1, "The texts have no words."), ((string?)task["status"], (int)task["attempts"]!, (string?)task["last_error"]));
    }

    [Fact]
    public async Task Types_that_nobody_handles_fail()
    {
        var task = await RunAsync("juggle", "null");

        Assert.Equal(
            ("failed", 1, "No handler is registered for tasks of type 'juggle'."),
            ((string?)task["status"], (int)task["attempts"]!, (string?)task["last_error"]));
        AssertJson("null", task["result"]);
    }
}
