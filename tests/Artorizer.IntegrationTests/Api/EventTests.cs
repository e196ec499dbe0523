using System.Globalization;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Live progress over server-sent events.</summary>
[Trait("Topology", "any")]
public sealed class EventTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Tells_every_step_and_100_percent_only_at_the_end()
    {
        var jobId = await Client.SubmitAsync(Api.Picture("photo.jpg"), "photo.jpg");

        var events = await ReadAsync(jobId);

        Assert.Equal("queued", events[0].Type);
        Assert.Equal("completed", events[^1].Type);
        Assert.Single(events, e => e.IsEnd);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Sequence));
        Assert.All(
            events, e => Assert.Equal((e.Sequence, e.Type, jobId), ((long)e.Data["sequence"]!, (string?)e.Data["type"], (string?)e.Data["job_id"])));
        var percentages = events.Where(e => e.Data["progress"] is not null).Select(e => (int)e.Data["progress"]!["percentage"]!).ToList();
        Assert.Equal(percentages.Order(), percentages);
        Assert.Equal(100, percentages[^1]);
        Assert.Single(percentages, 100);
        var steps = (await Client.JobAsync(jobId))["steps"]!.AsArray().Select(step => (string)step!["name"]!).ToList();
        Assert.True(steps.Count >= 4);
        Assert.All(
            steps,
            step => Assert.Contains(events, e => (string?)e.Data["step"]?["name"] == step && (string?)e.Data["step"]?["status"] == "completed"));
    }

    [Fact]
    public async Task Shows_progress_in_the_job_that_never_goes_back()
    {
        var jobId = await Client.SubmitAsync(Api.Picture("photo.png"), "photo.png");

        var seen = new List<(string Status, int Percentage)>();
        await Client.WaitAsync(jobId, job =>
        {
            seen.Add(((string)job["status"]!, (int?)job["progress"]?["percentage"] ?? 0));
            return seen[^1].Status == "completed";
        });

        Assert.Equal(seen.Select(s => s.Percentage).Order(), seen.Select(s => s.Percentage));
        Assert.All(seen, s => Assert.Equal(s.Status == "completed", s.Percentage == 100));
    }

    [Fact]
    public async Task Replays_to_who_comes_late_and_resumes_after_any_event()
    {
        var jobId = await Client.SubmitAsync(Api.Picture("small.png"), "small.png");
        await Client.EndOfAsync(jobId);
        var all = await ReadAsync(jobId);
        Assert.True(all.Count > 3);

        for (var seen = 0; seen < all.Count; seen++)
        {
            var rest = await ReadAsync(jobId, seen.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(all.Skip(seen).Select(e => (e.Id, e.Type)), rest.Select(e => (e.Id, e.Type)));
        }

        // Who has heard the end already is told it again, rather than nothing for ever.
        var end = Assert.Single(await ReadAsync(jobId, all[^1].Id));
        Assert.Equal("completed", end.Type);
    }

    [Fact]
    public async Task Resumes_while_the_job_runs_without_gap_or_repetition()
    {
        var jobId = await Client.SubmitAsync(Api.Picture("photo.tif"), "photo.tif");
        var events = new List<ServerEvent>();

        // A connection that breaks after every second event.
        while (events.Count == 0 || !events[^1].IsEnd)
        {
            Assert.True(events.Count < 200, "It goes round in circles.");
            var taken = 0;
            await foreach (var e in Client.EventsAsync(jobId, events.Count == 0 ? null : events[^1].Id, Token))
            {
                events.Add(e);
                if (++taken == 2 || e.IsEnd)
                {
                    break;
                }
            }
        }

        Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Sequence));
    }

    [Fact]
    public async Task Ends_when_the_job_is_deleted()
    {
        var jobId = await Client.QueueAsync(new { type = "sleep", data = new { ms = 60_000 } });
        await Client.WaitAsync(jobId, job => (string?)job["status"] == "processing");

        var reading = ReadAsync(jobId);
        await Client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);

        Assert.Equal("deleted", (await reading)[^1].Type);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1.5")]
    public async Task Refuses_ids_that_were_never_given(string id)
    {
        var jobId = await Client.QueueAsync(new { type = "echo" });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"jobs/{jobId}/events", UriKind.Relative));
        request.Headers.Add("Last-Event-ID", id);

        using var answer = await Client.SendAsync(request, Token);

        Assert.Equal("Last-Event-ID", (string?)(await answer.ProblemAsync(System.Net.HttpStatusCode.BadRequest))["field"]);
    }

    private async Task<List<ServerEvent>> ReadAsync(string jobId, string? after = null)
    {
        var events = new List<ServerEvent>();
        await foreach (var e in Client.EventsAsync(jobId, after, Token))
        {
            events.Add(e);
        }

        return events;
    }
}
