using Artorizer.Infrastructure.RabbitMq;
using Artorizer.IntegrationTests.Api;
using Artorizer.Jobs.Queue;
using Artorizer.Testing.Topology;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>A job that brings its worker down, again and again.</summary>
public sealed class PoisonTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_brings_its_worker_down_ends_with_the_dead_letters_and_blocks_nothing()
    {
        var name = $"poison-{Guid.NewGuid():N}";
        var servers = await DistributedServers.GetAsync();
        var settings = new Dictionary<string, string?> { ["Worker:MaxDeliveries"] = "3", ["Worker:Concurrency"] = "1" };
        await using var topology = await AppTopology.StartAsync(
            new AppTopologyOptions { Servers = servers, Processors = 1, Workers = 1, Environment = TopologyFixture.Environment(name, settings) },
            Token);
        using var client = TopologyFixture.NewClient(topology.Addresses[0]);
        var poison = await client.QueueAsync(new { type = "sleep", priority = 9, data = new { ms = 600_000 } });
        var behind = await client.QueueAsync(new { type = "echo", data = 1 });

        // The worker ends whenever it has begun with it, as if the job were the cause.
        string? seen = null;
        for (var deliveries = 1; ; deliveries++)
        {
            // More than the limit when a kill comes between the halves of a redelivery, which leaves two messages that count apart.
            Assert.InRange(deliveries, 1, 10);
            var now = await client.WaitAsync(poison, job => (string?)job["status"] == "failed" || (string?)job["started_at"] != seen);
            if ((string?)now["status"] == "failed")
            {
                break;
            }

            seen = (string?)now["started_at"];
            await topology.Workers[0].KillAsync(Token);
            await topology.Workers[0].StartAsync(Token);
        }

        var job = await client.JobAsync(poison);
        Assert.Equal("poison", (string?)job["error"]!["code"]);
        Assert.Equal("completed", (string?)(await client.EndOfAsync(behind))["status"]);

        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:queue"] = servers.Queue.ConnectionString,
            ["RabbitMq:Prefix"] = name,
        });
        builder.AddRabbitMqQueue();
        using var host = builder.Build();
        await host.StartAsync(Token);
        var queue = host.Services.GetRequiredService<IJobQueue>();
        await Eventually.TrueAsync(async () => (await queue.ListDeadLettersAsync(10, Token)).Count == 1);
        var letter = Assert.Single(await queue.ListDeadLettersAsync(10, Token));
        Assert.Equal(poison, letter.Message.JobId);
        Assert.StartsWith("poison:", letter.Reason, StringComparison.Ordinal);
        await host.StopAsync(Token);
    }
}
