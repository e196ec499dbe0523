using System.Net;
using System.Text.Json;

namespace Artorizer.AppHostTests;

/// <summary>The whole topology, with its containers and processes.</summary>
[Trait("Needs", "Docker")]
public sealed class EndToEndTests
{
    // The first run fetches three images.
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan JobPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    [Fact(Skip = "No container engine answers on this machine.", SkipUnless = nameof(ContainerEngine.IsRunning), SkipType = typeof(ContainerEngine))]
    public async Task ASampleImageComesBackProtected()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(StartPatience + JobPatience);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Artorizer_AppHost>(limit.Token);
        var router = builder.Resources.Single(static resource => resource.Name == "router");
        RemoveVolumes(builder);
        await using var app = await builder.BuildAsync(limit.Token);
        await app.StartAsync(limit.Token);
        foreach (var service in (string[])["router", "worker", "processor"])
        {
            await app.ResourceNotifications.WaitForResourceHealthyAsync(service, limit.Token);
        }

        var sent = await app.ResourceCommands.ExecuteCommandAsync(router, "send-sample", limit.Token);
        Assert.True(sent.Success, sent.Message);

        using var client = app.CreateHttpClient("router", "http");
        var job = await FinishedJobAsync(client, limit.Token);
        Assert.Equal("completed", job.GetProperty("status").GetString());

        using var download = await client.GetAsync($"/jobs/{job.GetProperty("job_id").GetString()}/download/protected", limit.Token);
        Assert.Equal(HttpStatusCode.OK, download.StatusCode);
        Assert.NotEmpty(await download.Content.ReadAsByteArrayAsync(limit.Token));
    }

    private static async Task<JsonElement> FinishedJobAsync(HttpClient client, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var list = JsonDocument.Parse(await client.GetStringAsync("/jobs", cancellationToken));
            var job = Assert.Single(list.RootElement.GetProperty("jobs").EnumerateArray());
            if (job.GetProperty("status").GetString() is "completed" or "failed" or "dead")
            {
                return job.Clone();
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    // A run of its own: it neither finds what a developer's run has kept, nor leaves anything for it.
    private static void RemoveVolumes(IDistributedApplicationTestingBuilder builder)
    {
        foreach (var resource in builder.Resources)
        {
            foreach (var mount in resource.Annotations.OfType<ContainerMountAnnotation>().ToArray())
            {
                resource.Annotations.Remove(mount);
            }
        }
    }
}
