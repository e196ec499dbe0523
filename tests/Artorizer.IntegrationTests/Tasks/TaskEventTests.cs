using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>Changes of tasks as server-sent events.</summary>
public sealed class TaskEventTests(TaskFixture fixture) : TaskTest(fixture)
{
    private const string Stream = "api/tasks/stream";

    [Fact]
    public async Task Changes_of_the_tasks_asked_for_come_as_they_happen()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var events = Client.EventsOfAsync(Stream + "?task_types=add&task_types=sleep", null, stop.Token).GetAsyncEnumerator(Token);
        var next = events.MoveNextAsync().AsTask();

        // Events of before the stream are not told: tasks until one comes.
        while (!next.IsCompleted)
        {
            await RunAsync("echo", "\"not asked for\"");
            await RunAsync("add", """{"args":[2,3]}""");
        }

        var seen = new List<ServerEvent>();
        var last = (int)(await RunAsync("sleep", """{"ms":100}"""))["id"]!;
        while (seen.Count == 0 || seen[^1].Sequence != last || (string?)seen[^1].Data["status"] != "completed")
        {
            Assert.True(await next);
            seen.Add(events.Current);
            next = events.MoveNextAsync().AsTask();
        }

        Assert.All(seen, e => Assert.Equal(("task", e.Sequence), (e.Type, (long)e.Data["id"]!)));
        Assert.All(seen, e => Assert.Contains((string?)e.Data["task_type"], new[] { "add", "sleep" }));
        var sum = seen.Last(e => (string?)e.Data["task_type"] == "add" && (string?)e.Data["status"] == "completed");
        AssertJson("5", sum.Data["result"]);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Theory]
    [InlineData("&include_existing=true", null)]
    [InlineData("", "1")]
    public async Task The_present_state_comes_first_to_who_asks_and_to_who_was_there_before(string query, string? lastEventId)
    {
        var one = (int)(await RunAsync("echo", "1"))["id"]!;
        var two = (int)(await RunAsync("echo", "2"))["id"]!;
        var path = string.Create(CultureInfo.InvariantCulture, $"{Stream}?task_ids={two}&task_ids={one}{query}");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var events = Client.EventsOfAsync(path, lastEventId, stop.Token).GetAsyncEnumerator(Token);

        var states = new List<JsonNode>();
        for (var i = 0; i < 2; i++)
        {
            Assert.True(await events.MoveNextAsync());
            states.Add(events.Current.Data);
        }

        Assert.Equal([one, two], states.Select(s => (int)s["id"]!).Order());
        Assert.All(states, s => Assert.Equal("completed", (string?)s["status"]));
        await stop.CancelAsync();
    }

    [Theory]
    [InlineData("?task_ids=x", "task_ids")]
    [InlineData("?task_ids=1&task_ids=-1", "task_ids")]
    [InlineData("?include_existing=perhaps", "include_existing")]
    public async Task What_cannot_be_meant_is_refused(string query, string field)
    {
        using var answer = await Client.GetAsync(new Uri(Stream + query, UriKind.Relative), Token);
        Assert.Equal(field, (string?)(await JsonAsync(answer, HttpStatusCode.BadRequest))["field"]);
    }

    [Fact]
    public async Task The_stream_ends_when_the_server_stops()
    {
        await using var host = await ExampleHost.StartAsync();
        using var answer = await host.Client.GetAsync(new Uri(Stream, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token), Encoding.UTF8);
        var end = reader.ReadToEndAsync(Token);

        Assert.Equal(0, await host.StopAsync());

        Assert.Equal("", await end);
    }
}
