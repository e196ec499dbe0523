using System.Net;
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
        Assert.Equal(["mean-luma", "corner"], job["steps"]!.AsArray().Select(step => (string)step!["name"]!).Intersect(["mean-luma", "corner", "robust", "metadata"]));
        var result = await host.Client.GetJsonAsync($"jobs/{jobId}/result");
        Assert.InRange((double)result["analysis"]!["mean-luma"]!["value"]!, 1, 254);
        using var unknown = await host.Client.ProtectAsync(await PictureAsync(), "small.png", ("processors", "foo"));
        var problem = await unknown.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal("Unknown processor: foo", (string?)problem["error"]);
        Assert.Contains("mean-luma", problem.ToJsonString(), StringComparison.Ordinal);
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

        Assert.Equal(("failed", "invalid_option", "Unknown processor: foo"), ((string?)job["status"], (string?)job["error"]!["code"], (string?)job["error"]!["message"]));
        Assert.StartsWith("libvips 8.18.", (string?)(await host.Client.GetJsonAsync("health"))["components"]!["processor"]!["description"], StringComparison.Ordinal);
        using var refused = await host.Client.ProtectAsync(await PictureAsync(), "small.png", ("processors", "foo"));
        Assert.Equal("Unknown processor: foo", (string?)(await refused.ProblemAsync(HttpStatusCode.BadRequest))["error"]);
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

        public IReadOnlyList<string> Hashes => [];

        public Task<AnalysisSection> AnalyzeAsync(AnalysisContext context, CancellationToken cancellationToken)
        {
            var sum = Enumerable.Range(0, context.Luma.Height).Sum(y => context.Luma.Row(y).ToArray().Sum(value => (long)value));
            return Task.FromResult(AnalysisSection.Of(new JsonObject { ["value"] = (double)sum / (context.Luma.Width * context.Luma.Height) }));
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
