using System.Net;

namespace Artorizer.IntegrationTests.Api;

/// <summary>What was made without a key, once there is one.</summary>
public sealed class AdoptionTests(ApiFixture api) : ApiTest(api)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_first_key_may_adopt_what_was_made_without_one(bool running)
    {
        var host = await StartAsync();
        var done = await host.Client.SubmitAsync(Api.Picture("tiny.png"), "tiny.png");
        await host.Client.EndOfAsync(done);
        var waiting = await host.Client.QueueAsync(new { type = "echo", data = 1, delay_ms = 3_600_000 });
        var working = await host.Client.QueueAsync(new { type = "sleep", data = new { ms = 4_000 } });
        if (!running)
        {
            await host.Client.EndOfAsync(working);
            await host.StopAsync();
        }

        var (exitCode, key, said) = await ArtorizerHost.RunAsync("new-key", "ada", "--adopt", "--data", host.Data);
        Assert.Equal(0, exitCode);
        Assert.Contains("are given to ada", said, StringComparison.Ordinal);
        host = running ? host : await StartAsync(data: host.Data);
        using var ada = host.NewClient();
        ada.DefaultRequestHeaders.Add("X-Api-Key", key.Trim());

        // Until the key is known, whoever sends it is a caller without one.
        await Eventually.TrueAsync(async () => await CountAsync(host.Client) == -1);
        await Eventually.TrueAsync(async () => await CountAsync(ada) == 3, TimeSpan.FromSeconds(30));
        Assert.Equal("completed", (string?)(await ada.JobAsync(done))["status"]);
        Assert.NotEmpty(await ada.GetByteArrayAsync(new Uri($"jobs/{done}/download/protected", UriKind.Relative), Token));
        Assert.Equal("completed", (string?)(await ada.EndOfAsync(working))["status"]);
        using var deleted = await ada.DeleteAsync(new Uri($"jobs/{waiting}", UriKind.Relative), Token);
        Assert.True(deleted.IsSuccessStatusCode);
        Assert.Contains("belong to ada now", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_key_tells_what_it_hides()
    {
        var host = await StartAsync();
        var jobId = await host.Client.QueueAsync(new { type = "echo", data = 1 });
        await host.Client.EndOfAsync(jobId);

        var (_, first, said) = await ArtorizerHost.RunAsync("new-key", "ada", "--data", host.Data);
        Assert.Contains("no key opens jobs that were made without one", said, StringComparison.Ordinal);
        Assert.Contains("new-key ada --adopt", said, StringComparison.Ordinal);
        using var ada = host.NewClient();
        ada.DefaultRequestHeaders.Add("X-Api-Key", first.Trim());
        await Eventually.TrueAsync(async () => await CountAsync(host.Client) == -1);
        Assert.Equal(0, await CountAsync(ada));

        // The second has nothing to tell, and can adopt still.
        (_, _, said) = await ArtorizerHost.RunAsync("new-key", "bob", "--data", host.Data);
        Assert.DoesNotContain("--adopt", said, StringComparison.Ordinal);
        await ArtorizerHost.RunAsync("new-key", "ada", "--adopt", "--data", host.Data);
        await Eventually.TrueAsync(async () => await CountAsync(ada) == 1, TimeSpan.FromSeconds(30));
    }

    // -1 for a caller who is not served.
    private static async Task<int> CountAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("jobs", UriKind.Relative), Token);
        return answer.StatusCode == HttpStatusCode.OK ? (await answer.JsonAsync(HttpStatusCode.OK))["jobs"]!.AsArray().Count : -1;
    }
}
