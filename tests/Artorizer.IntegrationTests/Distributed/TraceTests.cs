using System.Net;
using Artorizer.IntegrationTests.Api;
using Artorizer.IntegrationTests.Telemetry;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>What an operator sees of an image that passes through three processes and three servers.</summary>
[Collection(nameof(DistributedCollection))]
public sealed class TraceTests(TopologyFixture topology)
{
    private static readonly string[] Services = ["router", "worker", "processor"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_image_is_one_trace_across_all_processes()
    {
        var (traceId, traceParent) = OtlpReceiver.NewTraceParent();
        using var client = TopologyFixture.NewClient(topology.Topology.Addresses[0]);
        client.DefaultRequestHeaders.Add("traceparent", traceParent);
        using var answer = await client.ProtectAsync(topology.Picture("photo.jpg"), "photo.jpg");
        var jobId = (string)(await answer.JsonAsync(HttpStatusCode.Accepted))["job_id"]!;
        await topology.Clients[1].EndOfAsync(jobId);

        var spans = await topology.Receiver.WaitForTraceAsync(
            traceId,
            now => Services.All(service => now.Any(span => span.ServiceName == service))
                && now.Any(span => span.Name == "process protect_image")
                && now.Any(span => span.ServiceName == "processor" && IsStorage(span)),
            Token);

        // The request that came in is the only one whose parent is elsewhere.
        var request = Assert.Single(spans, span => span.Name == "POST /protect");
        Assert.Equal(("router", traceParent.Split('-')[2]), (request.ServiceName, request.ParentId));
        spans = await topology.Receiver.WaitForTraceAsync(
            traceId, now => now.All(span => span == request || now.Any(other => other.SpanId == span.ParentId)), Token);

        // Over the queue, into the engine, and to the store.
        var work = Assert.Single(spans, span => span.Name == "process protect_image");
        Assert.Equal(("worker", jobId), (work.ServiceName, work.Attributes["artorizer.job.id"]));
        Assert.Contains(spans, span => span.ServiceName == "router" && span.Source.StartsWith("RabbitMQ.Client", StringComparison.Ordinal));
        var engine = Assert.Single(spans, span => span.ServiceName == "processor" && span.Name.Contains("ImageEngine", StringComparison.Ordinal));
        Assert.Equal("worker", Assert.Single(spans, span => span.SpanId == engine.ParentId).ServiceName);
        Assert.DoesNotContain(spans, span => span.IsError);

        // An address that is signed is a secret.
        Assert.DoesNotContain(
            spans.SelectMany(span => span.Attributes.Values), value => value.Contains("Signature=", StringComparison.OrdinalIgnoreCase));
    }

    private bool IsStorage(ReceivedSpan span) =>
        span.Attributes.TryGetValue("server.port", out var port)
            && port == new Uri(topology.Servers.Storage.Endpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
