using Artorizer.Contracts.Jobs;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>Every invisible mark is read back from the file that is delivered; what cannot be read back is told.</summary>
public sealed class EngineReadBackTests(EngineFixture engine)
{
    private const string Payload = "artwork-1";

    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("flat.jpg")]
    [InlineData("white.png")]
    [InlineData("grey16.png")]
    [InlineData("bilevel.png")]
    [InlineData("palette.gif")]
    [InlineData("moving.gif")]
    [InlineData("sprites.gif")]
    [InlineData("lossy.webp")]
    [InlineData("mixed.tif")]
    [InlineData("photo.avif")]
    public async Task A_warning_comes_where_the_mark_is_not_found_and_nowhere_else(string name)
    {
        foreach (var strategy in (string[])["robust", "invisible-watermark"])
        {
            var run = await EngineRun.ProtectAsync(engine, name, EngineRun.Options(strategy, text: Payload));

            var found = await EngineRun.DetectAsync(engine.Client, run.Save(engine, "protected", Path.GetExtension(name)));
            var warned = run.Completed.Warnings.Any(warning => warning.Code == JobWarning.MarkNotReadable);
            Assert.True(warned != (found.Found && found.Strategy == strategy), $"{name}, {strategy}: {run.Completed.Warnings} {found}");
        }
    }

    [Fact]
    public async Task What_the_encoder_takes_away_is_told()
    {
        var run = await EngineRun.ProtectAsync(engine, "flat.jpg", EngineRun.Options("invisible-watermark", 0));

        var warning = Assert.Single(run.Completed.Warnings);
        Assert.Equal(JobWarning.MarkNotReadable, warning.Code);
        Assert.Contains("'invisible-watermark'", warning.Message, StringComparison.Ordinal);
        Assert.Empty((await EngineRun.ProtectAsync(engine, "flat.jpg")).Completed.Warnings);
        Assert.Empty((await EngineRun.ProtectAsync(engine, "flat.jpg", EngineRun.Options("none"))).Completed.Warnings);
    }

    [Fact]
    public async Task It_is_read_before_the_job_is_done()
    {
        var steps = (await EngineRun.ProtectAsync(engine, "small.png")).Events[0].Plan.Steps;
        Assert.True(steps.IndexOf("encode") < steps.IndexOf("verify") && steps.IndexOf("verify") < steps.IndexOf("store"), steps.ToString());
    }
}
