using System.Text.Json.Nodes;
using Artorizer.Contracts.Jobs;
using Grpc.Core;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>The visible mark says what the artist means, whole and in letters that can be read.</summary>
public sealed class EngineVisibleMarkTests(EngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Letters that do not touch each other, so that they can be counted.
    [Theory]
    [InlineData("white.png", 8)]
    [InlineData("white.png", 30)]
    [InlineData("wide.png", 12)]
    [InlineData("tall.png", 10)]
    public async Task All_of_the_text_is_in_the_picture(string name, int count)
    {
        var text = string.Join("  ", Enumerable.Repeat('O', count));
        var run = await EngineRun.ProtectAsync(engine, name, EngineRun.Options("visible", 1, text));

        Assert.Empty(run.Completed.Warnings);
        var drawn = await LettersAsync(name, run);
        var whole = drawn["runs"]!.AsArray().Where(line => !(bool)line!["cut"]!).Select(line => (int)line!["letters"]!).ToList();
        Assert.True(whole.Sum() >= count, drawn.ToJsonString());
        Assert.Contains(whole, letters => letters == count || (letters < count && letters >= count / 4));
        Assert.True((double)drawn["height"]! >= 7, drawn.ToJsonString());
    }

    [Fact]
    public async Task Without_a_text_it_is_the_artists_name()
    {
        var picture = await File.ReadAllBytesAsync(engine.PathOf("white.png"), Token);
        var unnamed = await EngineRun.ProtectAsync(engine.Client, picture, EngineRun.Options("visible", text: ""), Token, artist: "Ana Söhne");
        var named = await EngineRun.ProtectAsync(engine, "white.png", EngineRun.Options("visible", text: "© Ana Söhne"));
        var other = await EngineRun.ProtectAsync(engine, "white.png", EngineRun.Options("visible", text: "artwork-1"));

        Assert.Equal(named.Artifacts["protected"], unnamed.Artifacts["protected"]);
        Assert.NotEqual(other.Artifacts["protected"], unnamed.Artifacts["protected"]);
        var (code, _) = await EngineRun.FailAsync(() => EngineRun.ProtectAsync(engine.Client, picture, EngineRun.Options("visible", text: ""), Token));
        Assert.Equal(JobErrorCodes.InvalidOption, code);
    }

    [Theory]
    [InlineData("© Áňa Søhne")]
    [InlineData("Аня Толстая")]
    [InlineData("Άννα Παππά")]
    [InlineData("עדה 2026")]
    [InlineData("آنا أحمد")]
    [InlineData("ანა ✓ ♥")]
    [InlineData("e\u0301te\u0301\u200D\uFE0F")]
    public async Task Scripts_that_the_fonts_have_are_drawn(string text) =>
        Assert.Empty((await EngineRun.ProtectAsync(engine, "white.png", EngineRun.Options("visible", text: text))).Completed.Warnings);

    [Theory]
    [InlineData("Ana ꦗ ꦗ", "ꦗ (U+A997) of")]
    [InlineData("𒀀𓂀 Ana ꦗ", "𒀀 (U+12000), 𓂀 (U+13080), ꦗ (U+A997) of")]
    public async Task What_no_font_has_is_named(string text, string named)
    {
        var (code, exception) = await EngineRun.FailAsync(() => EngineRun.ProtectAsync(engine, "white.png", EngineRun.Options("visible", text: text)));

        Assert.Equal((JobErrorCodes.UnsupportedText, StatusCode.InvalidArgument), (code, exception.StatusCode));
        Assert.Contains(named, exception.Status.Detail, StringComparison.Ordinal);

        // What is not drawn needs no font.
        Assert.NotNull((await EngineRun.ProtectAsync(engine, "white.png", EngineRun.Options("robust", text: text))).Completed);
    }

    [Fact]
    public async Task A_picture_too_small_for_the_text_is_told()
    {
        var run = await EngineRun.ProtectAsync(engine, "tiny.png", EngineRun.Options("visible", text: "© Ana"));
        Assert.Equal([JobWarning.MarkNotApplied], run.Completed.Warnings.Select(warning => warning.Code));
    }

    private Task<JsonNode> LettersAsync(string name, EngineRun run) =>
        engine.Pillow.CallAsync("letters", new { first = engine.PathOf(name), second = run.Save(engine, "protected", ".png") });
}
