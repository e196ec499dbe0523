using System.Net;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Deleting jobs while the engine works on them: nothing of them may be left.</summary>
[Trait("Stores", "embedded")]
[Collection(nameof(OwnHosts))]
public sealed class RunningJobDeletionTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Deletes_jobs_that_run_at_any_moment_and_leaves_nothing()
    {
        var host = await StartAsync(new Dictionary<string, string?> { ["Engine:RemovalDelay"] = "00:00:10" });
        for (var i = 0; i < 12; i++)
        {
            var jobId = await host.Client.SubmitAsync(Api.Picture("photo.jpg"), "photo.jpg");

            // A little later each time: while queued, while the engine reads, works, and writes each artifact.
            var progress = i;
            await host.Client.WaitAsync(
                jobId, job => ((int?)job["progress"]?["step_number"] ?? 0) >= progress || (string?)job["status"] == "completed");
            await DeleteAsync(host.Client, jobId);
            await host.Client.GetJsonAsync($"jobs/{jobId}", HttpStatusCode.NotFound);
        }

        // The worker has let go of them: it is free, and what it was writing goes.
        await host.Client.EndOfAsync(await host.Client.QueueAsync(new { type = "echo" }));
        await BecomesEmptyAsync(host);
    }

    [Fact]
    public async Task Removes_files_that_reach_the_store_after_their_job_was_deleted()
    {
        await using var gateway = await ObjectGateway.StartAsync();
        var host = await StartAsync(new Dictionary<string, string?>
        {
            ["Embedded:InternalBaseUrl"] = gateway.Address.AbsoluteUri,
            ["Engine:RemovalDelay"] = "00:00:15",
            ["Worker:Concurrency"] = "1",
        });
        gateway.Target = host.Address;
        await host.Client.SubmitAsync(Api.Picture("photo.jpg"), "photo.jpg");
        var waiting = host.Client.ProtectAsync(Api.Picture("photo.jpg"), "photo.jpg", ("via", "storage"));
        await Eventually.TrueAsync(() => gateway.Held == 10);

        foreach (var job in (await host.Client.GetJsonAsync("jobs"))["jobs"]!.AsArray())
        {
            await DeleteAsync(host.Client, (string)job!["job_id"]!);
        }

        // Its one worker is free again: it has removed what there was of the job.
        await host.Client.EndOfAsync(await host.Client.QueueAsync(new { type = "echo" }));
        Assert.All(await gateway.ReleaseAsync(), status => Assert.Equal(HttpStatusCode.Created, status));

        using var answer = await waiting;
        await answer.ProblemAsync(HttpStatusCode.NotFound);
        await BecomesEmptyAsync(host);
    }

    private static Task BecomesEmptyAsync(ArtorizerHost host) => Eventually.TrueAsync(async () =>
    {
        var stored = await StoredState.ReadAsync(host.Data);
        return stored.Objects.Count == 0 && stored.Files.Count == 0 && stored.Messages.Count == 0;
    });

    private static async Task DeleteAsync(HttpClient client, string jobId)
    {
        using var answer = await client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
        Assert.Equal("Job deleted", (string?)(await answer.JsonAsync(HttpStatusCode.OK))["message"]);
    }
}
