using System.Net;
using System.Net.Sockets;
using Artorizer.Infrastructure.S3;
using Artorizer.IntegrationTests.Api;
using Artorizer.IntegrationTests.Engine;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Objects;
using Artorizer.Testing.Topology;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>A job that is deleted while an engine has it, with a store that the engine writes to by itself.</summary>
public sealed class DeletionTests(EngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_that_reach_the_store_after_their_job_was_deleted_are_removed()
    {
        var name = $"deletion-{Guid.NewGuid():N}";
        var servers = await DistributedServers.GetAsync();
        var settings = new Dictionary<string, string?> { ["Engine:RemovalDelay"] = "00:00:10", ["Worker:Concurrency"] = "1" };

        // An engine that takes the call and says nothing, so that the job runs until it is deleted.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var topology = await AppTopology.StartAsync(
            new AppTopologyOptions
            {
                Servers = servers,
                Processors = 1,
                Workers = 1,
                Environment = TopologyFixture.Environment(name, settings),
                EngineAddress = new Uri($"http://{silent.LocalEndpoint}"),
            },
            Token);
        using var client = TopologyFixture.NewClient(topology.Addresses[0]);
        using var host = StoreHost($"{servers.Storage.ConnectionString};Bucket={name}");
        await host.StartAsync(Token);
        var objects = host.Services.GetRequiredService<IObjectStore>();

        var jobId = await client.SubmitAsync(Pictures.Fresh(File.ReadAllBytes(engine.PathOf("small.jpg"))), "a.jpg");
        await client.WaitAsync(jobId, job => (string?)job["status"] == "processing");
        using var deleted = await client.DeleteAsync(new Uri($"jobs/{jobId}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);

        // The one worker is free again: it has removed what there was of the job. Now comes what the engine had sent.
        await client.EndOfAsync(await client.QueueAsync(new { type = "echo", data = 1 }));
        using var late = new MemoryStream("late"u8.ToArray());
        await objects.PutAsync(ArtifactKeys.Key(jobId, ArtifactKeys.Protected), late, new ObjectPutOptions { ContentType = "image/jpeg" }, Token);

        await Eventually.TrueAsync(async () => !await objects.ListAsync(ArtifactKeys.Prefix(jobId), Token).AnyAsync(Token));
        await host.StopAsync(Token);
    }

    private static IHost StoreHost(string connectionString)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:s3"] = connectionString });
        builder.AddS3Objects();
        return builder.Build();
    }
}
