using System.Net;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Jobs as a resource: listing, deleting, sending twice.</summary>
[Trait("Topology", "any")]
public sealed class JobTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    [Trait("Topology", "own")]
    public async Task Lists_newest_first_in_pages()
    {
        var host = await StartAsync();
        var made = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            made.Add(await host.Client.QueueAsync(new { type = i == 0 ? "no-such-type" : "echo" }));
            await host.Client.EndOfAsync(made[^1]);
        }

        made.Reverse();
        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = await host.Client.GetJsonAsync($"jobs?limit=3{(cursor is null ? "" : "&cursor=" + cursor)}");
            Assert.InRange(page["jobs"]!.AsArray().Count, 1, 3);
            listed.AddRange(Ids(page));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);

        Assert.Equal(made, listed);
        Assert.Equal([made[^1]], Ids(await host.Client.GetJsonAsync("jobs?status=failed")));
        Assert.Equal(made[..^1], Ids(await host.Client.GetJsonAsync("jobs?status=completed&limit=100")));
        Assert.Empty(Ids(await host.Client.GetJsonAsync("jobs?status=queued")));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("status=done", "status")]
    [InlineData("status=1", "status")]
    [InlineData("cursor=-1", "cursor")]
    [InlineData("cursor=x", "cursor")]
    public async Task Refuses_queries_it_cannot_answer(string query, string field)
    {
        using var answer = await Client.GetAsync(new Uri("jobs?" + query, UriKind.Relative), Token);

        Assert.Equal(field, (string?)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/result")]
    [InlineData("/download/protected")]
    [InlineData("/events")]
    public async Task Knows_no_job_that_is_none(string route)
    {
        foreach (var id in new[] { Guid.NewGuid().ToString(), "1", "..%2F..%2Fetc", new string('a', 300) })
        {
            using var answer = await Client.GetAsync(new Uri($"jobs/{id}{route}", UriKind.Relative), Token);
            Assert.Equal("Job not found", (string?)(await answer.ProblemAsync(HttpStatusCode.NotFound))["error"]);
        }
    }

    [Fact]
    public async Task Says_409_until_a_job_is_finished()
    {
        var jobId = await Client.QueueAsync(new { type = "sleep", data = new { ms = 60_000 } });

        foreach (var route in new[] { "result", "download/protected" })
        {
            using var answer = await Client.GetAsync(new Uri($"jobs/{jobId}/{route}", UriKind.Relative), Token);
            Assert.Equal("Job not finished", (string?)(await answer.ProblemAsync(HttpStatusCode.Conflict))["error"]);
        }

        using var redrive = await Client.PostAsync(new Uri($"jobs/{jobId}/redrive", UriKind.Relative), null, Token);
        Assert.Equal("Job not failed", (string?)(await redrive.ProblemAsync(HttpStatusCode.Conflict))["error"]);
        await DeleteAsync(Client, jobId);
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task Deletes_finished_jobs_with_their_files()
    {
        var jobId = await Client.SubmitAsync(Api.Picture("photo.jpg"), "photo.jpg");
        await Client.EndOfAsync(jobId);
        var url = new Uri(Host.Address, (string)(await Client.GetJsonAsync($"jobs/{jobId}/result"))["urls"]!["original"]!);
        Assert.NotEmpty(await Client.GetByteArrayAsync(url, Token));
        var stored = await QuietStateAsync();
        Assert.Equal(6, stored.Objects.Count(key => key.Contains(jobId, StringComparison.Ordinal)));

        await DeleteAsync(Client, jobId);

        await Client.GetJsonAsync($"jobs/{jobId}", HttpStatusCode.NotFound);
        using var gone = await Client.GetAsync(url, Token);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        var after = await StoredState.ReadAsync(Host.Data);
        Assert.DoesNotContain(after.Objects, key => key.Contains(jobId, StringComparison.Ordinal));
        Assert.True(after.Files.Count < stored.Files.Count);
        using var again = await Client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
        await again.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Trait("Stores", "embedded")]
    [Fact]
    public async Task Deletes_jobs_that_wait()
    {
        var host = await StartAsync(new Dictionary<string, string?> { ["Worker:Concurrency"] = "1" });
        var blocker = await host.Client.QueueAsync(new { type = "sleep", priority = 9, data = new { ms = 60_000 } });
        await host.Client.WaitAsync(blocker, job => (string?)job["status"] == "processing");
        var jobId = await host.Client.SubmitAsync(Api.Picture("photo.jpg"), "photo.jpg");

        await DeleteAsync(host.Client, jobId);
        await DeleteAsync(host.Client, blocker);
        await host.Client.EndOfAsync(await host.Client.QueueAsync(new { type = "echo", priority = 0 }));

        var stored = await StoredState.ReadAsync(host.Data);
        Assert.Empty(stored.Objects);
        Assert.Empty(stored.Files);

        // The message of the last one is settled after the job is completed.
        await Eventually.TrueAsync(async () => (await StoredState.ReadAsync(host.Data)).Messages.Count == 0);
    }

    [Fact]
    public async Task Answers_the_same_bytes_and_wishes_with_the_same_job()
    {
        var picture = Api.Picture("small.png");
        var jobId = await Client.SubmitAsync(picture, "a.png");

        foreach (var via in new[] { "queue", "direct" })
        {
            using var answer = await Client.ProtectAsync(picture, "other-name.png", ("priority", "9"), ("via", via));
            var exists = await answer.JsonAsync(HttpStatusCode.OK);
            Assert.Equal(
                (jobId, "exists", "First light"), ((string?)exists["job_id"], (string?)exists["status"], (string?)exists["artwork"]!["title"]));
            Assert.NotEmpty((string)exists["message"]!);
        }

        await Client.EndOfAsync(jobId);
        await DeleteAsync(Client, jobId);
        Assert.NotEqual(jobId, await Client.SubmitAsync(picture, "a.png"));
    }

    [Theory]
    [InlineData("artist_name", "Grace")]
    [InlineData("artwork_title", "Another")]
    [InlineData("watermark_strength", "0.7")]
    [InlineData("watermark_strategy", "none")]
    [InlineData("tags", "one,two")]
    [InlineData("processors", "metadata")]
    [InlineData("include_hash_analysis", "off")]
    public async Task Makes_a_new_version_for_other_wishes(string field, string value)
    {
        var picture = Api.Picture("small.png");
        var first = await Client.SubmitAsync(picture, "a.png");
        using var answer = await Client.ProtectAsync(picture, "a.png", (field, value));
        var second = await answer.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal(first, (string?)second["previous_job_id"]);
        Assert.Contains("new version", (string?)second["message"], StringComparison.Ordinal);

        var job = await Client.EndOfAsync((string)second["job_id"]!);
        Assert.Equal(("completed", first), ((string?)job["status"], (string?)job["previous_job_id"]));
        Assert.Null((await Client.EndOfAsync(first))["previous_job_id"]);

        // Either is found again by its own wishes.
        using var older = await Client.ProtectAsync(picture, "a.png");
        Assert.Equal(first, (string?)(await older.JsonAsync(HttpStatusCode.OK))["job_id"]);
        using var newer = await Client.ProtectAsync(picture, "a.png", (field, value));
        Assert.Equal((string?)second["job_id"], (string?)(await newer.JsonAsync(HttpStatusCode.OK))["job_id"]);
    }

    [Fact]
    public async Task Does_again_what_is_forced()
    {
        var picture = Api.Picture("small.png");
        var first = await Client.SubmitAsync(picture, "a.png");
        using var answer = await Client.ProtectAsync(picture, "a.png", ("force", "true"));
        var second = await answer.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal(first, (string?)second["previous_job_id"]);
        Assert.Equal("completed", (string?)(await Client.EndOfAsync((string)second["job_id"]!))["status"]);

        // From now on the latest is the one that is there.
        using var again = await Client.ProtectAsync(picture, "a.png", ("force", "false"));
        Assert.Equal((string?)second["job_id"], (string?)(await again.JsonAsync(HttpStatusCode.OK))["job_id"]);
    }

    [Fact]
    public async Task Sends_the_same_bytes_many_times_at_once_to_one_job()
    {
        var picture = Api.Picture("small.png");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Client.ProtectAsync(picture, "a.png")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Accepted);
        Assert.Equal(11, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        var ids = await Task.WhenAll(
            answers.Select(async answer => (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["job_id"]));
        Assert.Single(ids.Distinct());
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Takes_an_idempotency_key_for_one_job()
    {
        using var client = Host.NewClient();
        client.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());

        var picture = Api.Picture("small.png");
        var jobId = await client.SubmitAsync(picture, "a.png");
        Assert.Equal(jobId, await client.SubmitAsync(picture, "a.png"));

        client.DefaultRequestHeaders.Remove("Idempotency-Key");
        client.DefaultRequestHeaders.Add("Idempotency-Key", "with space");
        using var answer = await client.ProtectAsync(Api.Picture("small.png"), "a.png");
        Assert.Equal("Idempotency-Key", (string?)(await answer.ProblemAsync(HttpStatusCode.BadRequest))["field"]);
    }

    private static IEnumerable<string> Ids(JsonNode page) => page["jobs"]!.AsArray().Select(job => (string)job!["job_id"]!);

    private static async Task DeleteAsync(HttpClient client, string jobId)
    {
        using var answer = await client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
        Assert.Equal("Job deleted", (string?)(await answer.JsonAsync(HttpStatusCode.OK))["message"]);
    }
}
