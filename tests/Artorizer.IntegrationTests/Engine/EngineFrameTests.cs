using System.Text.Json.Nodes;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Grpc.Net.Client;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>Animations and documents: nothing of them may be lost, and every frame is protected. Pillow counts.</summary>
public sealed class EngineFrameTests(EngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("moving.gif", 4, 24)]
    [InlineData("once.gif", 2, 24)]
    [InlineData("animated.gif", 2, 24)]
    [InlineData("moving.png", 4, 40)]
    [InlineData("moving.webp", 4, 33)]
    [InlineData("moving-lossless.webp", 3, 40)]
    [InlineData("book.tif", 3, 40)]
    [InlineData("mixed.tif", 4, 40)]
    public async Task Every_frame_is_marked_and_delivered(string name, int count, double psnr)
    {
        var run = await EngineRun.ProtectAsync(engine, name);

        Assert.Equal(count, run.Completed.Frames);
        Assert.Equal(count, (int)JsonNode.Parse(run.Artifacts["summary"])!["frames"]!);
        Assert.Empty(run.Completed.Warnings);
        var (before, after) = await BothAsync(run, name);
        Assert.Equal(Shape(before), Shape(after));
        foreach (var (first, second) in Paths(before).Zip(Paths(after)))
        {
            var compared = await engine.Pillow.CallAsync("compare", new { first, second });
            Assert.True((double)compared["psnr"]! >= psnr && (double)compared["psnr"]! < 99, $"{second}: {compared.ToJsonString()}");
            Assert.True((await EngineRun.DetectAsync(engine.Client, second)).Found, second);
        }

        Assert.Equal((int)before["frames"]![0]!["width"]!, run.Completed.Width);
        Assert.Equal((int)before["frames"]![0]!["height"]!, run.Completed.Height);
    }

    [Theory]
    [InlineData("sprites.gif")]
    [InlineData("sprites.webp")]
    [InlineData("sprites.png")]
    [InlineData("patches.png")]
    public async Task What_each_frame_leaves_of_the_one_before_is_kept(string name)
    {
        var run = await EngineRun.ProtectAsync(engine, name, EngineRun.Options("visible", 0.3, "© Ana"));

        var (before, after) = await BothAsync(run, name);
        Assert.Equal(Shape(before), Shape(after));
        foreach (var (first, second) in Paths(before).Zip(Paths(after)))
        {
            var compared = await engine.Pillow.CallAsync("compare", new { first, second });
            Assert.True((bool)compared["alpha_equal"]!, second);
            Assert.InRange((double)compared["psnr"]!, 10, 40);
        }
    }

    [Theory]
    [InlineData("apart.png", "an animation of 3 frames", "WebP or GIF")]
    [InlineData("sequence.avif", "frames or pictures", "one by one")]
    public async Task What_cannot_be_written_whole_is_refused_and_can_be_analysed(string name, string what, string instead)
    {
        var picture = name.EndsWith(".avif", StringComparison.Ordinal)
            ? await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Engine", name), Token)
            : await File.ReadAllBytesAsync(engine.PathOf(name), Token);
        var (code, exception) = await EngineRun.FailAsync(() => EngineRun.ProtectAsync(engine.Client, picture, EngineRun.Options(), Token));
        Assert.Equal(JobErrorCodes.UnsupportedFormat, code);
        Assert.Contains(what, exception.Status.Detail, StringComparison.Ordinal);
        Assert.Contains(instead, exception.Status.Detail, StringComparison.Ordinal);

        var options = EngineRun.Options();
        options.IncludeProtection = false;
        var analysed = await EngineRun.ProtectAsync(engine.Client, picture, options, Token);
        Assert.True(analysed.Completed.Frames > 2);
    }

    [Fact]
    public async Task Reduced_copies_of_a_page_are_left_out_and_it_is_told()
    {
        var run = await EngineRun.ProtectAsync(engine, "pyramid.tif");

        Assert.Equal(1, run.Completed.Frames);
        Assert.Equal([JobWarning.FramesDropped], run.Completed.Warnings.Select(warning => warning.Code));
        var (before, after) = await BothAsync(run, "pyramid.tif");
        Assert.True(before["frames"]!.AsArray().Count > 1);
        Assert.Equal(Shape(before)[..1], Shape(after));
    }

    [Fact]
    public async Task The_limit_of_pixels_holds_for_all_frames_together()
    {
        var (app, address) = await EngineFixture.StartProcessorAsync(new() { ["Processor:MaxPixels"] = $"{(4 * 320 * 240) - 1}" });
        await using var processor = app;
        using var channel = GrpcChannel.ForAddress(address);
        var client = new ImageEngine.ImageEngineClient(channel);
        foreach (var name in (string[])["moving.gif", "moving.webp", "moving.png", "mixed.tif"])
        {
            var picture = await File.ReadAllBytesAsync(engine.PathOf(name), Token);
            var (code, _) = await EngineRun.FailAsync(() => EngineRun.ProtectAsync(client, picture, EngineRun.Options(), Token));
            Assert.Equal(JobErrorCodes.TooManyPixels, code);
        }

        Assert.Equal(3, (await EngineRun.ProtectAsync(
            client, await File.ReadAllBytesAsync(engine.PathOf("book.tif"), Token), EngineRun.Options(), Token)).Completed.Frames);
    }

    [Fact]
    public async Task A_page_without_room_for_the_mark_is_told()
    {
        var run = await EngineRun.ProtectAsync(engine, "notes.tif");

        var warning = Assert.Single(run.Completed.Warnings);
        Assert.Equal(JobWarning.MarkNotApplied, warning.Code);
        Assert.StartsWith("1 of 2 frames or pages are without it.", warning.Message, StringComparison.Ordinal);
    }

    private async Task<(JsonNode Before, JsonNode After)> BothAsync(EngineRun run, string name)
    {
        var path = run.Save(engine, "protected", Path.GetExtension(name));
        var before = await engine.Pillow.CallAsync("frames", new { path = engine.PathOf(name), folder = engine.Folder });
        return (before, await engine.Pillow.CallAsync("frames", new { path, folder = engine.Folder }));
    }

    private static string[] Shape(JsonNode picture) =>
    [
        .. picture["frames"]!.AsArray().Select(frame => $"{frame!["width"]} × {frame["height"]}, {frame["time"]} ms, loop {picture["loop"]}"),
    ];

    private static IEnumerable<string> Paths(JsonNode picture) => picture["frames"]!.AsArray().Select(frame => (string)frame!["path"]!);
}
