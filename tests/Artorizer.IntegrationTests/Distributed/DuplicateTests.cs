using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.RabbitMq;
using Artorizer.IntegrationTests.Api;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>A job that has two messages, as after a crash that left it unknown whether the first was sent.</summary>
[Collection(nameof(DistributedCollection))]
public sealed class DuplicateTests(TopologyFixture topology)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_second_message_does_not_disturb_the_job_that_the_first_has_begun()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(topology.QueueSettings);
        builder.AddRabbitMqQueue();
        using var host = builder.Build();
        await host.StartAsync(Token);
        var client = topology.Clients[0];
        var jobId = await client.QueueAsync(new { type = "sleep", data = new { ms = 4000 } });
        var begun = await client.WaitAsync(jobId, job => (string?)job["status"] == "processing");

        await host.Services.GetRequiredService<IJobQueue>().EnqueueAsync(
            new QueueMessage
            {
                JobId = jobId,
                TaskId = (int)begun["task_id"]!,
                Type = "sleep",
                Owner = "local",
                Priority = 9,
                Data = Payload.FromJson("""{"ms":4000}"""),
            },
            TimeSpan.Zero,
            Token);

        var ended = await client.EndOfAsync(jobId);
        Assert.Equal(("completed", (string?)begun["started_at"]), ((string?)ended["status"], (string?)ended["started_at"]));
        var heard = new List<string>();
        await foreach (var e in client.EventsAsync(jobId, null, Token))
        {
            heard.Add(e.Type);
        }

        Assert.Equal(["queued", "started", "completed"], heard);
        await host.StopAsync(Token);
    }
}
