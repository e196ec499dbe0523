using Artorizer.AppHost.Topology;
using Artorizer.Testing.Topology;

namespace Artorizer.AppHostTests;

/// <summary>The whole application, running: its parts are stopped and started while jobs run.</summary>
[Collection(nameof(RunningCollection))]
public sealed class EndToEndTests
{
    // The first run with containers fetches three images.
    private static readonly TimeSpan ContainersTimeout = TimeSpan.FromMinutes(13);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    public static bool ContainersRun => ContainerEngine.Answers();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnLocalServersNothingIsLostWhileWorkersAndEnginesComeAndGo()
    {
        await using var topology = await AppTopology.StartAsync(new AppTopologyOptions(), Token);
        using var client = new JobsClient(topology.App.GetEndpoint("router", "http"), topology.App.GetEndpoint("router", "grpc"));
        var sample = await topology.App.ResourceCommands.ExecuteCommandAsync("router", "send-sample", Token);
        Assert.True(sample.Success, sample.Message);
        await SubmitAsync(client, 20);

        await topology.Workers[0].StopAsync(Token);
        await SubmitAsync(client, 10);
        await topology.Workers[0].StartAsync(Token);
        await topology.Processors[0].StopAsync(Token);
        await SubmitAsync(client, 10);
        await topology.Processors[0].StartAsync(Token);

        await client.AssertAllCompletedAsync().WaitAsync(Timeout, Token);
    }

    [Fact]
    public async Task EmbeddedNothingIsLostWhenTheProcessIsStoppedAndStarted()
    {
        var data = Directory.CreateTempSubdirectory("artorizer-apphost-tests-");
        await using (var app = await RunAsync("embedded", $"--Artorizer:Data={data.FullName}"))
        {
            await app.ResourceNotifications.WaitForResourceHealthyAsync("artorizer", Token);
            using var client = new JobsClient(app.GetEndpoint("artorizer", "http"), app.GetEndpoint("artorizer", "grpc"));
            var sample = await app.ResourceCommands.ExecuteCommandAsync("artorizer", "send-sample", Token);
            Assert.True(sample.Success, sample.Message);
            await SubmitAsync(client, 20);

            var process = await AppInstance.FindAsync(app, "artorizer", Token);
            await process.StopAsync(Token);
            await process.StartAsync(Token);

            await client.AssertAllCompletedAsync().WaitAsync(Timeout, Token);
        }

        data.Delete(recursive: true);
    }

    [Fact(Skip = "No container engine answers on this machine.", SkipUnless = nameof(ContainersRun))]
    [Trait("Needs", "Containers")]
    public async Task WithContainersASampleImageComesBackProtected()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(ContainersTimeout);
        await using var app = await RunAsync("containers");
        foreach (var service in (string[])["router", "worker", "processor"])
        {
            await app.ResourceNotifications.WaitForResourceHealthyAsync(service, limit.Token);
        }

        using var client = new JobsClient(app.GetEndpoint("router", "http"), app.GetEndpoint("router", "grpc"));
        await SubmitAsync(client, 5);
        await client.AssertAllCompletedAsync().WaitAsync(limit.Token);
    }

    // One in five is a picture.
    private static async Task SubmitAsync(JobsClient client, int jobs)
    {
        for (var i = 0; i < jobs; i++)
        {
            if (i % 5 == 0)
            {
                await client.SubmitPictureAsync();
            }
            else
            {
                await client.QueueSleepAsync(100 + (50 * (i % 7)));
            }
        }
    }

    private static async Task<DistributedApplication> RunAsync(string servers, params string[] settings)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Artorizer_AppHost>(
            [$"--Artorizer:Servers={servers}", .. settings], Token);

        // A run of its own: it neither finds what a developer's run has kept, nor leaves anything for it.
        foreach (var resource in builder.Resources)
        {
            foreach (var mount in resource.Annotations.OfType<ContainerMountAnnotation>().ToArray())
            {
                resource.Annotations.Remove(mount);
            }
        }

        var app = await builder.BuildAsync(Token);
        await app.StartAsync(Token);
        return app;
    }
}
