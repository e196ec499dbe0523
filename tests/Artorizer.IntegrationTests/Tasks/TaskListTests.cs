using System.Net;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>Lists of tasks are bounded in bytes, too.</summary>
public sealed class TaskListTests(TaskFixture fixture) : TaskTest(fixture)
{
    private const int Count = 6;
    private const int DataBytes = 1_000_000;

    [Fact]
    public async Task Large_tasks_come_in_pages_and_each_of_them_once()
    {
        // Twice as large with their results.
        var ids = new List<int>();
        for (var i = 0; i < Count; i++)
        {
            ids.Add((int)(await RunAsync("echo", $"\"{new string('x', DataBytes)}\""))["id"]!);
        }

        ids.Reverse();
        var listed = new List<int>();
        for (string? path = "api/tasks?limit=1000"; listed.Count < Count; path = path?[1..])
        {
            using var answer = await Client.GetAsync(new Uri(path!, UriKind.Relative), Token);
            var bytes = await answer.Content.ReadAsByteArrayAsync(Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.InRange(bytes.Length, 1, (8 << 20) + 100_000);
            var page = JsonNode.Parse(bytes)!.AsArray();
            Assert.NotEmpty(page);
            listed.AddRange(page.Select(task => (int)task!["id"]!));
            path = answer.Headers.TryGetValues("Link", out var links) ? Next(links.Single()) : null;
        }

        Assert.Equal(ids, listed.Take(Count));

        // Clients that take messages of up to 4 MiB, as is usual, are served as well.
        var peer = Fixture.Peer("python");
        listed.Clear();
        while (listed.Count < Count)
        {
            var request = new JsonObject { ["limit"] = 1000 };
            if (listed.Count > 0)
            {
                request["before"] = listed[^1];
            }

            listed.AddRange((await peer.AskAsync("taskdaemon.TaskDaemon/ListTasks", request))["tasks"]!.AsArray().Select(task => (int)task!["id"]!));
        }

        Assert.Equal(ids, listed.Take(Count));
        foreach (var id in ids)
        {
            using var deleted = await Client.DeleteAsync(new Uri($"api/tasks/{id}", UriKind.Relative), Token);
        }
    }

    [Fact]
    public async Task The_last_page_leads_nowhere()
    {
        var id = (int)(await RunAsync("echo", "1"))["id"]!;
        await RunAsync("echo", "2");
        using var first = await Client.GetAsync(new Uri("api/tasks?limit=1", UriKind.Relative), Token);
        Assert.Equal($"/api/tasks?limit=1&before={id + 1}", Next(first.Headers.GetValues("Link").Single()));
        using var last = await Client.GetAsync(new Uri("api/tasks?before=1", UriKind.Relative), Token);
        Assert.Equal("[]", await last.Content.ReadAsStringAsync(Token));
        Assert.False(last.Headers.Contains("Link"));
        using var wrong = await Client.GetAsync(new Uri("api/tasks?before=x", UriKind.Relative), Token);
        Assert.Equal("before", (string?)(await JsonAsync(wrong, HttpStatusCode.BadRequest))["field"]);
    }

    // RFC 8288: <target>; rel="next"
    private static string Next(string link)
    {
        Assert.StartsWith("<", link, StringComparison.Ordinal);
        Assert.EndsWith(">; rel=\"next\"", link, StringComparison.Ordinal);
        return link[1..link.IndexOf('>', StringComparison.Ordinal)];
    }
}
