using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Artorizer.Contracts.Engine;
using Artorizer.IntegrationTests.Api;
using Artorizer.LocalServers;
using Artorizer.Processor;
using Artorizer.Processor.Analysis;
using Artorizer.Processor.Images;
using Artorizer.Processor.Protection;
using Microsoft.Extensions.DependencyInjection;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>An analyzer and a stage are one class and one line in the processor: router and worker learn their names from it.</summary>
public sealed class AddedAnalyzerTests(EngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_registered_in_the_processor_can_be_asked_for_at_the_router()
    {
        var (app, address) = await EngineFixture.StartProcessorAsync([], AddParts);
        await using var processor = app;
        await using var host = await StartAsync(address);

        var jobId = await host.Client.SubmitAsync(
            await PictureAsync(), "small.png", ("processors", "mean-luma"), ("watermark_strategy", "corner"));
        var job = await host.Client.EndOfAsync(jobId);

        Assert.True((string?)job["status"] == "completed", job.ToJsonString());
        var steps = job["steps"]!.AsArray().Select(step => (string)step!["name"]!);
        Assert.Equal(["mean-luma", "corner"], steps.Intersect(["mean-luma", "corner", "robust", "metadata"]));
        var result = await host.Client.GetJsonAsync($"jobs/{jobId}/result");
        Assert.InRange((double)result["analysis"]!["mean-luma"]!["value"]!, 1, 254);
        using var unknown = await host.Client.ProtectAsync(await PictureAsync(), "small.png", ("processors", "foo"));
        var problem = await unknown.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal("Unknown processor: foo", (string?)problem["error"]);
        Assert.Contains("mean-luma", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_fingerprints_can_be_asked_for_by_a_task()
    {
        var (app, address) = await EngineFixture.StartProcessorAsync([], AddParts);
        await using var processor = app;
        await using var host = await StartAsync(address);

        var hashed = await HashAsync(host, "mean_luma", "phash");
        Assert.Equal(["mean_luma", "perceptual_hash"], hashed["result"]!["hashes"]!.AsObject().Select(hash => hash.Key));
        var unknown = await HashAsync(host, "md5");
        Assert.Equal(("failed", 1), ((string?)unknown["status"], (int)unknown["attempts"]!));
        Assert.EndsWith(
            "hash_types: unknown: md5; known are average_hash, blockhash16, blockhash8, "
                + "difference_hash, difference_hash_vertical, mean_luma, perceptual_hash",
            (string?)unknown["last_error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_an_engine_has_answered_it_is_the_engine_that_refuses_names()
    {
        var port = LocalProcess.FreePorts(1)[0];
        await using var host = await StartAsync(new Uri($"http://127.0.0.1:{port}"));
        using (var malformed = await host.Client.ProtectAsync(await PictureAsync(), "small.png", ("processors", "../foo")))
        {
            Assert.Equal("Unknown processor: ../foo", (string?)(await malformed.ProblemAsync(HttpStatusCode.BadRequest))["error"]);
        }

        var jobId = await host.Client.SubmitAsync(await PictureAsync(), "small.png", ("processors", "foo"));
        var (app, _) = await EngineFixture.StartProcessorAsync([], port: port);
        await using var processor = app;
        var job = await host.Client.EndOfAsync(jobId);

        Assert.Equal("failed", (string?)job["status"]);
        Assert.Equal(("invalid_option", "Unknown processor: foo"), ((string?)job["error"]!["code"], (string?)job["error"]!["message"]));

        // Router and worker have connections of their own; each tries again within a second.
        await Eventually.TrueAsync(async () => ((string?)(await host.Client.GetJsonAsync("health"))["components"]!["processor"]!["description"])
            !.StartsWith("libvips 8.18.", StringComparison.Ordinal));
        using var refused = await host.Client.ProtectAsync(await PictureAsync(), "small.png", ("processors", "foo"));
        Assert.Equal("Unknown processor: foo", (string?)(await refused.ProblemAsync(HttpStatusCode.BadRequest))["error"]);
    }

    private async Task<JsonNode> HashAsync(ArtorizerHost host, params string[] types)
    {
        var task = new { type = "extract_hashes", data = new { image = Convert.ToBase64String(await PictureAsync()), hash_types = types } };
        using var answer = await host.Client.PostAsJsonAsync("queue", task, Token);
        var queued = await answer.JsonAsync(HttpStatusCode.OK);
        await host.Client.EndOfAsync((string)queued["job_id"]!);
        return await host.Client.GetJsonAsync($"api/tasks/{queued["task_id"]}");
    }

    private static Task<ArtorizerHost> StartAsync(Uri processor) =>
        ArtorizerHost.StartAsync(new Dictionary<string, string?> { ["Engine:Address"] = processor.AbsoluteUri });

    private static void AddParts(IServiceCollection services)
    {
        services.AddImageAnalyzer<MeanLumaAnalyzer>();
        services.AddProtectionStage<CornerStage>();
    }

    private Task<byte[]> PictureAsync() => File.ReadAllBytesAsync(engine.PathOf("small.png"), Token);

    private sealed class MeanLumaAnalyzer : IImageAnalyzer
    {
        public string Name => "mean-luma";

        public IReadOnlyList<string> Hashes => ["mean_luma"];

        public Task<AnalysisSection> AnalyzeAsync(AnalysisContext context, CancellationToken cancellationToken)
        {
            var sum = Enumerable.Range(0, context.Luma.Height).Sum(y => context.Luma.Row(y).ToArray().Sum(value => (long)value));
            var mean = (double)sum / (context.Luma.Width * context.Luma.Height);
            var hashes = new Dictionary<string, string> { ["mean_luma"] = $"0x{(int)mean:x2}" };
            return Task.FromResult(new AnalysisSection(new JsonObject { ["value"] = mean }, hashes));
        }
    }

    private sealed class CornerStage : IProtectionStage
    {
        public string Name => "corner";

        public bool AppliesTo(EngineOptions options) => options.Watermark?.Strategy == Name;

        public StageOutcome Apply(RasterImage image, ProtectionContext context, CancellationToken cancellationToken)
        {
            image.Row8(0)[0] ^= 0x80;
            return new StageOutcome { Applied = true };
        }
    }
}
