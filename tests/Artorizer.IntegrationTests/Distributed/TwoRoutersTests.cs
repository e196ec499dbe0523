using System.Net;
using System.Security.Cryptography;
using Artorizer.IntegrationTests.Api;
using Artorizer.IntegrationTests.Uploads;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>A router holds nothing that another needs: whatever one has begun, the other goes on with.</summary>
[Collection(nameof(DistributedCollection))]
public sealed class TwoRoutersTests(TopologyFixture topology)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient First => topology.Clients[0];

    private HttpClient Second => topology.Clients[1];

    [Fact]
    public async Task A_job_of_one_is_seen_listed_and_downloaded_at_the_other()
    {
        var picture = topology.Picture();
        var jobId = await First.SubmitAsync(picture, "a.jpg");
        await AssertProtectedAsync(Second, jobId, picture);
        var listed = await Second.GetJsonAsync("jobs?limit=1000");
        Assert.Contains(listed["jobs"]!.AsArray(), job => (string?)job!["job_id"] == jobId);
        Assert.Equal((await First.JobAsync(jobId)).ToJsonString(), (await Second.JobAsync(jobId)).ToJsonString());
        Assert.Equal(jobId, (string?)(await First.GetJsonAsync($"jobs/{jobId}/result"))["job_id"]);
    }

    [Fact]
    public async Task A_listener_at_one_hears_every_event_of_a_job_of_the_other()
    {
        var jobId = await First.QueueAsync(new { type = "sleep", data = new { ms = 1500 } });
        var heard = new List<ServerEvent>();
        await foreach (var e in Second.EventsAsync(jobId, null, Token))
        {
            heard.Add(e);
        }

        Assert.Equal(("queued", "completed"), (heard[0].Type, heard[^1].Type));
        Assert.Equal(Enumerable.Range(1, heard.Count).Select(i => (long)i), heard.Select(e => e.Sequence));

        // From the middle on, at the one that took the job.
        var rest = new List<ServerEvent>();
        await foreach (var e in First.EventsAsync(jobId, heard[0].Id, Token))
        {
            rest.Add(e);
        }

        Assert.Equal(heard.Skip(1).Select(e => (e.Sequence, e.Type)), rest.Select(e => (e.Sequence, e.Type)));
    }

    [Fact]
    public async Task A_job_that_is_deleted_at_one_ends_for_the_listener_at_the_other()
    {
        var jobId = await First.QueueAsync(new { type = "sleep", data = new { ms = 600_000 } });
        await First.WaitAsync(jobId, job => (string?)job["status"] == "processing");
        using var socket = await SocketClient.ConnectAsync(topology.Topology.Addresses[0], $"jobs/{jobId}/progress");
        await socket.NextAsync("started");
        using var deleted = await Second.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal("deleted", (string?)(await socket.RestAsync())[^1]["type"]);
        using var gone = await First.GetAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task The_same_key_or_the_same_image_at_both_is_one_job()
    {
        var key = Guid.NewGuid().ToString();
        var picture = topology.Picture();
        using var first = await SubmitAsync(First, picture, key);
        using var replay = await SubmitAsync(Second, picture, key);
        using var duplicate = await SubmitAsync(Second, picture, Guid.NewGuid().ToString());
        var jobId = (string?)(await first.JsonAsync(HttpStatusCode.Accepted))["job_id"];
        Assert.Equal(jobId, (string?)(await replay.JsonAsync(replay.StatusCode))["job_id"]);
        Assert.Equal(jobId, (string?)(await duplicate.JsonAsync(HttpStatusCode.OK))["job_id"]);

        static async Task<HttpResponseMessage> SubmitAsync(HttpClient client, byte[] picture, string key)
        {
            using var form = HostCalls.Form(picture, "a.jpg");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("protect", UriKind.Relative)) { Content = form };
            request.Headers.Add("Idempotency-Key", key);
            return await client.SendAsync(request, Token);
        }
    }

    [Fact]
    public async Task A_failed_job_is_redriven_at_the_other()
    {
        var jobId = await First.QueueAsync(new { type = "juggle" });
        Assert.Equal("failed", (string?)(await Second.EndOfAsync(jobId))["status"]);
        using var redriven = await Second.PostJsonAsync($"jobs/{jobId}/redrive", "{}");
        Assert.Equal(HttpStatusCode.OK, redriven.StatusCode);
        Assert.Equal("failed", (string?)(await First.EndOfAsync(jobId))["status"]);
    }

    [Fact]
    public async Task A_tus_upload_goes_on_at_the_other()
    {
        var file = topology.Large(1_000_000);
        var path = await First.CreateAsync(file.Length, TusClient.Complete(("submit", "true")));
        var offset = 0L;
        for (var i = 0; offset < file.Length; i++)
        {
            var client = topology.Clients[i % 2];
            Assert.Equal(offset, await client.OffsetAsync(path));
            using var answer = await client.PatchAsync(path, offset, file[(int)offset..Math.Min(file.Length, (int)offset + 150_000)]);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            offset = answer.Offset();
            if (offset == file.Length)
            {
                await AssertProtectedAsync(First, answer.Header("Artorizer-Job-Id")!, file);
            }
        }
    }

    [Fact]
    public async Task A_socket_upload_goes_on_at_the_other()
    {
        var file = topology.Large(900_000);
        string id;
        using (var broken = await SocketClient.ConnectAsync(topology.Topology.Addresses[0], "protect"))
        {
            await broken.SendAsync("""{"artist_name":"Ada","artwork_title":"By two sockets"}""");
            id = (string)(await broken.NextAsync("accepted"))["upload_id"]!;
            await broken.SendAsync(file.AsMemory(0, 400_000));
            await broken.ReceivedAsync(400_000);
            broken.Abort();
        }

        // The first router stores what it has once it notices the break.
        await Eventually.TrueAsync(async () => await ResumedAsync(id) == 400_000);
        using var socket = await SocketClient.ConnectAsync(topology.Topology.Addresses[1], "protect");
        await socket.SendAsync($$"""{"type":"resume","upload_id":"{{id}}"}""");
        var offset = (int)(await socket.NextAsync("accepted"))["offset"]!;
        await socket.SendAsync(file.AsMemory(offset));
        await socket.SendAsync("""{"type":"end"}""");
        var jobId = (string)(await socket.NextAsync("queued"))["job_id"]!;
        await socket.NextAsync("completed");
        await AssertProtectedAsync(First, jobId, file);
    }

    [Fact]
    public async Task A_presigned_upload_is_submitted_at_the_other()
    {
        var file = topology.Picture();
        using var begun = await First.PostJsonAsync("uploads", $$"""{"size":{{file.Length}},"content_type":"image/jpeg","filename":"a.jpg"}""");
        var upload = await begun.JsonAsync(HttpStatusCode.Created);
        using var http = new HttpClient();
        using var put = new HttpRequestMessage(HttpMethod.Put, new Uri(First.BaseAddress!, (string)upload["url"]!))
        {
            Content = new ByteArrayContent(file),
        };
        foreach (var (name, value) in upload["headers"]!.AsObject())
        {
            Assert.True(
                put.Headers.TryAddWithoutValidation(name, (string?)value) || put.Content.Headers.TryAddWithoutValidation(name, (string?)value));
        }

        using var stored = await http.SendAsync(put, Token);
        Assert.True(stored.IsSuccessStatusCode, await stored.Content.ReadAsStringAsync(Token));
        using var submitted = await Second.PostJsonAsync(
            "protect", $$"""{"upload_id":"{{upload["upload_id"]}}","artist_name":"Ada","artwork_title":"Presigned"}""");
        await AssertProtectedAsync(Second, (string)(await submitted.JsonAsync(HttpStatusCode.Accepted))["job_id"]!, file);
    }

    private async Task<int> ResumedAsync(string id)
    {
        using var socket = await SocketClient.ConnectAsync(topology.Topology.Addresses[1], "protect");
        await socket.SendAsync($$"""{"type":"resume","upload_id":"{{id}}"}""");
        return (int)(await socket.NextAsync("accepted"))["offset"]!;
    }

    private static async Task AssertProtectedAsync(HttpClient client, string jobId, byte[] sent)
    {
        var job = await client.EndOfAsync(jobId);
        Assert.True((string?)job["status"] == "completed", job.ToJsonString());
        var original = await client.GetByteArrayAsync(new Uri($"jobs/{jobId}/download/original", UriKind.Relative), Token);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(sent)), Convert.ToHexStringLower(SHA256.HashData(original)));
        Assert.NotEmpty(await client.GetByteArrayAsync(new Uri($"jobs/{jobId}/download/protected", UriKind.Relative), Token));
    }
}
