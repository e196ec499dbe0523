using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>A gRPC client in another language, that calls one server.</summary>
public sealed class TaskPeer(PeerProcess process, string target)
{
    /// <summary>Makes a call and waits for its end.</summary>
    public Task<TaskPeerAnswer> CallAsync(
        string method, JsonArray requests, JsonObject? metadata = null, int? deadlineMs = null, int? cancelAfterMs = null) =>
        process.AskAsync<TaskPeerAnswer>(Command("call", method, requests, metadata, deadlineMs, cancelAfterMs));

    /// <summary>Makes a call with one request that must succeed with one reply.</summary>
    public async Task<JsonObject> AskAsync(string method, JsonObject request, JsonObject? metadata = null)
    {
        var answer = await CallAsync(method, [request], metadata);
        Assert.True(answer.Status == "OK", $"{method}: {answer.Status}: {answer.Details}");
        return Assert.Single(answer.Replies);
    }

    /// <summary>Sends the bytes of messages as they stand, as only the client in Python does, and waits for the end of the call.</summary>
    /// <param name="method">Service and method.</param>
    /// <param name="messages">One, or those of a stream.</param>
    /// <param name="streams">Whether the method takes a stream.</param>
    /// <param name="gzip">Whether they are compressed.</param>
    public Task<TaskPeerAnswer> SendAsync(string method, IEnumerable<byte[]> messages, bool streams = false, bool gzip = false) =>
        process.AskAsync<TaskPeerAnswer>(new JsonObject
        {
            ["op"] = "raw",
            ["target"] = target,
            ["method"] = method,
            ["messages"] = new JsonArray([.. messages.Select(m => (JsonNode)Convert.ToBase64String(m))]),
            ["streams"] = streams,
            ["gzip"] = gzip,
        });

    /// <summary>Begins a stream of replies; it is open when this returns.</summary>
    public async Task<TaskPeerStream> OpenAsync(string method, JsonObject request)
    {
        var id = Guid.NewGuid().ToString();
        var command = Command("open", method, [request], null, null, null);
        command["stream"] = id;
        await process.AskAsync<JsonObject>(command);
        return new TaskPeerStream(process, id);
    }

    private JsonObject Command(
        string operation, string method, JsonArray requests, JsonObject? metadata, int? deadlineMs, int? cancelAfterMs) => new()
    {
        ["op"] = operation,
        ["target"] = target,
        ["method"] = method,
        ["requests"] = requests,
        ["metadata"] = metadata ?? [],
        ["deadline_ms"] = deadlineMs,
        ["cancel_after_ms"] = cancelAfterMs,
    };
}

/// <summary>How a call ended.</summary>
/// <param name="Replies">In the JSON mapping of Protobuf, names as in the schema.</param>
/// <param name="Status">Name of the status code, such as <c>NOT_FOUND</c>.</param>
/// <param name="Details">Its text.</param>
/// <param name="Trailers">The metadata that came with it.</param>
public sealed record TaskPeerAnswer(IReadOnlyList<JsonObject> Replies, string Status, string Details, IReadOnlyDictionary<string, string> Trailers);

/// <summary>An open stream of replies.</summary>
public sealed class TaskPeerStream(PeerProcess process, string id)
{
    /// <summary>The next replies; waits until there are as many.</summary>
    public async Task<IReadOnlyList<JsonObject>> ReadAsync(int count) =>
        (await process.AskAsync<Replies>(new JsonObject { ["op"] = "read", ["stream"] = id, ["count"] = count })).Items;

    /// <summary>Cancels, and tells the status that the client sees.</summary>
    public async Task<string> CancelAsync() => (string)(await EndAsync("cancel"))["status"]!;

    /// <summary>Waits until the server has ended it, and tells the status with its text.</summary>
    public async Task<(string Status, string Details)> FinishAsync()
    {
        var end = await EndAsync("finish");
        return ((string)end["status"]!, (string)end["details"]!);
    }

    private Task<JsonObject> EndAsync(string operation) =>
        process.AskAsync<JsonObject>(new JsonObject { ["op"] = operation, ["stream"] = id });

    private sealed record Replies([property: System.Text.Json.Serialization.JsonPropertyName("replies")] IReadOnlyList<JsonObject> Items);
}
