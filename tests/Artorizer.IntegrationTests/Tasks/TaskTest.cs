using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>Tests of tasks from outside, against the example program.</summary>
[Collection(nameof(TaskFixture))]
public abstract class TaskTest(TaskFixture fixture) : IAsyncDisposable
{
    private const int ShownLength = 20_000;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected TaskFixture Fixture => fixture;

    protected HttpClient Client => fixture.Host.Client;

    public ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            var output = fixture.Host.Output;
            TestContext.Current.TestOutputHelper?.WriteLine(output[Math.Max(0, output.Length - ShownLength)..]);
        }

        return ValueTask.CompletedTask;
    }

    protected async Task<HttpResponseMessage> PostAsync(string path, string mediaType, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return await Client.PostAsync(new Uri(path, UriKind.Relative), content, Token);
    }

    /// <summary>Queues a task in JSON and waits for its end.</summary>
    protected async Task<JsonNode> RunAsync(string type, string data)
    {
        using var answer = await PostAsync("queue", "application/json", Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","data":{{data}}}"""));
        return await EndOfAsync((int)(await JsonAsync(answer, HttpStatusCode.OK))["task_id"]!);
    }

    /// <summary>Queues a task in MessagePack, waits for its end and gives the task as python-msgpack reads it.</summary>
    protected async Task<JsonNode> RunPackedAsync(string type, JsonNode? data)
    {
        var body = await fixture.PackAsync(new JsonObject { ["type"] = type, ["data"] = data?.DeepClone() });
        using var answer = await PostAsync("queue", "application/msgpack", body);
        Assert.Equal((HttpStatusCode.OK, "application/msgpack"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var id = (int)(await fixture.UnpackAsync(await answer.Content.ReadAsByteArrayAsync(Token)))!["task_id"]!;
        await EndOfAsync(id);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/tasks/{id}");
        request.Headers.Accept.ParseAdd("application/msgpack");
        using var task = await Client.SendAsync(request, Token);
        return (await fixture.UnpackAsync(await task.Content.ReadAsByteArrayAsync(Token)))!;
    }

    protected async Task<JsonNode> TaskAsync(int id)
    {
        using var answer = await Client.GetAsync(new Uri($"api/tasks/{id}", UriKind.Relative), Token);
        return await JsonAsync(answer, HttpStatusCode.OK);
    }

    protected Task<JsonNode> EndOfAsync(int id) => WaitAsync(id, task => (string?)task["status"] is "completed" or "failed");

    protected async Task<JsonNode> WaitAsync(int id, Func<JsonNode, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var task = await TaskAsync(id);
            if (condition(task))
            {
                return task;
            }

            Assert.False(limit.IsCancellationRequested, $"The task stayed: {task.ToJsonString()}");
            await Task.Delay(25, Token);
        }
    }

    protected static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == expected, $"Expected {(int)expected}, got {(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>A JPEG of the engine's tests, with a remark in it that no other file has, so that the host does not know it.</summary>
    protected async Task<byte[]> PictureAsync(string name)
    {
        var picture = await File.ReadAllBytesAsync(fixture.Engine.PathOf(name), Token);
        var remark = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString());
        return [.. picture.AsSpan(0, 2), 0xFF, 0xFE, 0, (byte)(remark.Length + 2), .. remark, .. picture.AsSpan(2)];
    }

    /// <summary>Fails with both texts.</summary>
    protected static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Expected {expected}, got {actual?.ToJsonString() ?? "null"}");
}
