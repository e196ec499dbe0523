using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>Fingerprints against the Python packages' algorithms on Pillow, SciPy and NumPy.</summary>
public sealed class EngineHashTests(EngineFixture engine)
{
    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("odd.jpg")]
    [InlineData("small.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("grey.jpg")]
    [InlineData("orientation6.jpg")]
    [InlineData("photo.png")]
    [InlineData("alpha.png")]
    [InlineData("grey-alpha.png")]
    [InlineData("palette.png")]
    [InlineData("tiny.png")]
    [InlineData("white.png")]
    [InlineData("natural1.png")]
    [InlineData("photo.tif")]
    [InlineData("palette.gif")]
    [InlineData("lossless.webp")]
    public async Task Are_those_of_the_Python_packages_to_the_bit(string name)
    {
        var run = await EngineRun.ProtectAsync(engine, name);

        var expected = (JsonObject)await engine.Pillow.CallAsync("hashes", new { path = engine.PathOf(name) });
        foreach (var (hash, value) in expected)
        {
            Assert.Equal($"{hash} {value}", $"{hash} {run.Completed.Hashes[hash]}");
        }
    }

    [Fact]
    public async Task Only_the_analyzers_asked_for_run()
    {
        var options = EngineRun.Options();
        options.Processors.Add("dhash");
        var run = await EngineRun.ProtectAsync(engine, "small.png", options);

        Assert.Equal(["difference_hash", "difference_hash_vertical"], run.Completed.Hashes.Keys.Order());
        Assert.DoesNotContain("imagehash", run.Events[0].Plan.Steps);

        options = EngineRun.Options();
        options.IncludeHashAnalysis = false;
        run = await EngineRun.ProtectAsync(engine, "small.png", options);
        Assert.Empty(run.Completed.Hashes);
        Assert.Contains("metadata", run.Events[0].Plan.Steps);
    }
}
