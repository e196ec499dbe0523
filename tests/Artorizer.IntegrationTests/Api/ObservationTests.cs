using System.Diagnostics;
using System.Net;
using Artorizer.IntegrationTests.Telemetry;

namespace Artorizer.IntegrationTests.Api;

/// <summary>What operators see: one trace for each image, metrics by their known names, and the API's description.</summary>
[Trait("Topology", "any")]
public sealed class ObservationTests(ApiFixture api) : ApiTest(api)
{
    // What spans there are on servers, and of which process, is another test's matter.
    [Trait("Stores", "embedded")]
    [Theory]
    [InlineData("queue")]
    [InlineData("grpc")]
    public async Task One_image_is_one_trace_from_the_request_to_the_store(string via)
    {
        await using var receiver = await OtlpReceiver.StartAsync(Token);
        var host = await StartAsync(receiver.Settings);
        var (traceId, traceParent) = OtlpReceiver.NewTraceParent();
        using var client = host.NewClient();
        client.DefaultRequestHeaders.Add("traceparent", traceParent);

        using var answer = await client.ProtectAsync(Api.Picture("photo.jpg"), "photo.jpg", ("via", via));
        var jobId = (string)(await answer.JsonAsync(via == "queue" ? HttpStatusCode.Accepted : HttpStatusCode.OK))["job_id"]!;
        client.DefaultRequestHeaders.Remove("traceparent");
        await client.EndOfAsync(jobId);
        string[] expected =
            [.. via == "queue" ? ["process protect_image"] : (string[])[], "POST /protect", "protect image", "object put", "object open"];
        var spans = await receiver.WaitForTraceAsync(
            traceId, spans => expected.All(name => spans.Any(span => span.Name == name)) && spans.Any(IsEngine), Token);

        // Every span hangs on another of the trace, up to the request that came with a parent from outside.
        var request = Assert.Single(spans, span => span.Name == "POST /protect");
        Assert.Equal(traceParent.Split('-')[2], request.ParentId);
        await receiver.WaitForTraceAsync(traceId, now => now.All(span => span == request || now.Any(other => other.SpanId == span.ParentId)), Token);
        Assert.DoesNotContain(spans, span => span.IsError);
        if (via == "queue")
        {
            var work = Assert.Single(spans, span => span.Name == "process protect_image");
            Assert.Equal((ActivityKind.Consumer, jobId), (work.Kind, work.Attributes["artorizer.job.id"]));
        }

        // An address that is signed is a secret.
        Assert.DoesNotContain(
            spans.SelectMany(span => span.Attributes.Values), value => value.Contains("signature=", StringComparison.OrdinalIgnoreCase));

        static bool IsEngine(ReceivedSpan span) =>
            span.Source.StartsWith("Artorizer.Processor", StringComparison.Ordinal) || span.Name.Contains("ImageEngine", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describes_every_route()
    {
        var document = await Client.GetJsonAsync("openapi/v1.json");

        var routes = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"))
            .ToHashSet();
        Assert.All(
            [
                "POST /protect", "GET /jobs", "HEAD /jobs", "GET /jobs/{id}", "GET /jobs/{id}/result",
                "GET /jobs/{id}/download/{variant}", "HEAD /jobs/{id}/download/{variant}",
                "DELETE /jobs/{id}", "POST /jobs/{id}/redrive", "GET /jobs/{id}/events", "POST /queue", "GET /api/tasks", "GET /api/tasks/{id}",
                "DELETE /api/tasks/{id}", "POST /api/tasks/{id}/redrive", "GET /api/metrics", "GET /health",
            ],
            route => Assert.Contains(route, routes));
        Assert.All(
            document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()), operation => Assert.NotNull(operation.Value!["responses"]));
    }

    // Elsewhere the worker counts what it has done, at its own address.
    [Trait("Stores", "embedded")]
    [Fact]
    public async Task Counts_under_the_kept_names()
    {
        await Client.EndOfAsync(await Client.QueueAsync(new { type = "echo" }));
        await Client.EndOfAsync(await Client.QueueAsync(new { type = "juggle" }));

        var lines = (await Client.GetStringAsync(new Uri("metrics", UriKind.Relative), Token)).Split('\n');

        string[] names =
        [
            "tasks_received_total", "tasks_processed_total{status=\"success\"}", "tasks_processed_total{status=\"failed\"}", "daemon_health",
        ];
        foreach (var name in names)
        {
            var line = Assert.Single(lines, l => l.StartsWith(name + " ", StringComparison.Ordinal));
            Assert.True(double.Parse(line[(name.Length + 1)..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) >= 1, line);
        }

        Assert.Contains(lines, l => l.StartsWith("queue_size ", StringComparison.Ordinal));
        Assert.Contains(
            lines,
            l => l.StartsWith("task_processing_seconds_bucket{", StringComparison.Ordinal) && l.Contains("le=\"+Inf\"", StringComparison.Ordinal));
        Assert.Contains("# TYPE task_processing_seconds histogram", lines);
        Assert.Contains("# TYPE tasks_received_total counter", lines);
    }

    [Fact]
    public async Task Tells_its_health_to_both_older_clients()
    {
        var health = await Client.GetJsonAsync("health");

        Assert.Equal("healthy", (string?)health["status"]);
        Assert.True(
            (long)health["queue_size"]! >= 0
                && (int)health["workers"]! > 0
                && DateTimeOffset.Parse((string)health["timestamp"]!, null) > DateTimeOffset.UnixEpoch);
        Assert.All(
            new[] { "jobs", "queue", "objects", "processor" },
            component => Assert.Equal("healthy", (string?)health["components"]![component]!["status"]));
        foreach (var probe in new[] { "health/live", "health/ready", "alive" })
        {
            using var answer = await Client.GetAsync(new Uri(probe, UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }
}
