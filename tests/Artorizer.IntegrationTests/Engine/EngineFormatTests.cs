using System.Text.Json.Nodes;
using Artorizer.Contracts.Engine;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>Every format goes in and comes out; Pillow says whether it is still the same picture.</summary>
public sealed class EngineFormatTests(EngineFixture engine)
{
    [Theory]
    [InlineData("photo.jpg", "JPEG", "RGB")]
    [InlineData("full-colour.jpg", "JPEG", "RGB")]
    [InlineData("progressive.jpg", "JPEG", "RGB")]
    [InlineData("icc.jpg", "JPEG", "RGB")]
    [InlineData("odd.jpg", "JPEG", "RGB")]
    [InlineData("small.jpg", "JPEG", "RGB")]
    [InlineData("grey.jpg", "JPEG", "L")]
    [InlineData("photo.png", "PNG", "RGB")]
    [InlineData("interlaced.png", "PNG", "RGB")]
    [InlineData("grey.png", "PNG", "L")]
    [InlineData("alpha.png", "PNG", "RGBA")]
    [InlineData("grey-alpha.png", "PNG", "LA")]
    [InlineData("palette.png", "PNG", "RGB")]
    [InlineData("palette-transparent.png", "PNG", "RGBA")]
    [InlineData("bilevel.png", "PNG", "L")]
    [InlineData("lossy.webp", "WEBP", "RGB")]
    [InlineData("lossless.webp", "WEBP", "RGB")]
    [InlineData("alpha.webp", "WEBP", "RGBA")]
    [InlineData("animated.webp", "WEBP", "RGB")]
    [InlineData("photo.tif", "TIFF", "RGB")]
    [InlineData("pages.tif", "TIFF", "RGB")]
    [InlineData("alpha.tif", "TIFF", "RGBA")]
    [InlineData("palette.gif", "GIF", "P")]
    [InlineData("animated.gif", "GIF", "P")]
    [InlineData("transparent.gif", "GIF", "P")]
    public async Task Comes_out_in_its_format_at_full_size_hardly_changed(string name, string format, string mode)
    {
        var run = await EngineRun.ProtectAsync(engine, name);

        var path = run.Save(engine, "protected", Path.GetExtension(name));
        var before = await engine.Pillow.CallAsync("describe", new { path = engine.PathOf(name) });
        var after = await engine.Pillow.CallAsync("describe", new { path });
        Assert.Equal(format, (string?)after["format"]);
        Assert.Equal(mode, (string?)after["mode"]);
        Assert.Equal((int)before["width"]!, (int)after["width"]!);
        Assert.Equal((int)before["height"]!, (int)after["height"]!);
        Assert.Equal((int)before["frames"]!, (int)after["frames"]!);
        Assert.Equal((string?)before["icc"], (string?)after["icc"]);
        if (format != "GIF")
        {
            Assert.Equal((bool)before["progressive"]!, (bool)after["progressive"]!);
        }

        Assert.Equal(before["layers"]!.ToJsonString(), after["layers"]!.ToJsonString());
        await AssertSamePicture(engine.PathOf(name), path, format == "GIF" ? 26 : 36);
        await AssertMask(run, engine.PathOf(name), path, run.Completed);
    }

    [Theory]
    [InlineData("grey16.png", "PNG")]
    [InlineData("rgb16.png", "PNG")]
    [InlineData("grey16.tif", "TIFF")]
    [InlineData("rgb16.tif", "TIFF")]
    public async Task Keeps_sixteen_bits(string name, string format)
    {
        var run = await EngineRun.ProtectAsync(engine, name);

        var path = run.Save(engine, "protected", Path.GetExtension(name));
        var after = await engine.Pillow.CallAsync("describe", new { path });
        var bits = await engine.Pillow.CallAsync("sixteen_bits", new { path });
        Assert.Equal(format, (string?)after["format"]);
        Assert.True((int)bits["low_bytes"]! > 200, bits.ToJsonString());
        await AssertSamePicture(engine.PathOf(name), path, 40);
        Assert.True((await EngineRun.DetectAsync(engine.Client, path)).Found);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Turns_the_image_upright_and_resets_the_orientation(int orientation)
    {
        var name = $"orientation{orientation}.jpg";
        var run = await EngineRun.ProtectAsync(engine, name);

        var path = run.Save(engine, "protected", ".jpg");
        var after = await engine.Pillow.CallAsync("describe", new { path });
        Assert.Equal(1, (int)after["orientation"]!);
        Assert.Equal("Camera maker", (string?)after["maker"]);
        Assert.Equal(orientation >= 5 ? (197, 301) : (301, 197), (run.Completed.Width, run.Completed.Height));
        await AssertSamePicture(engine.PathOf(name), path, 33); // turned, the colours are averaged over other pairs of pixels
        await AssertMask(run, engine.PathOf(name), path, run.Completed);
    }

    [Theory]
    [InlineData("cmyk.jpg", "JPEG")]
    [InlineData("cmyk.tif", "TIFF")]
    public async Task Delivers_CMYK_as_sRGB(string name, string format)
    {
        var run = await EngineRun.ProtectAsync(engine, name);

        var after = await engine.Pillow.CallAsync("describe", new { path = run.Save(engine, "protected", Path.GetExtension(name)) });
        Assert.Equal("CMYK", run.Completed.Mode);
        Assert.Equal((format, "RGB"), ((string?)after["format"], (string?)after["mode"]));
        Assert.NotNull(after["icc"]);
    }

    [Fact]
    public async Task Protects_AVIF()
    {
        var run = await EngineRun.ProtectAsync(engine, "photo.avif");

        Assert.Equal("avif", run.Completed.Format);
        Assert.Equal((640, 480), (run.Completed.Width, run.Completed.Height));
        Assert.True((await EngineRun.DetectAsync(engine.Client, run.Save(engine, "protected", ".avif"))).Found);
    }

    [Fact]
    public async Task Makes_a_small_thumbnail_and_reports()
    {
        var run = await EngineRun.ProtectAsync(engine, "alpha.png");

        var thumbnail = await engine.Pillow.CallAsync("describe", new { path = run.Save(engine, "thumbnail", ".webp") });
        Assert.Equal(("WEBP", 512, 384), ((string?)thumbnail["format"], (int)thumbnail["width"]!, (int)thumbnail["height"]!));
        var analysis = JsonNode.Parse(run.Artifacts["analysis"])!;
        Assert.Equal(
            ("png", "RGBA", 8, true),
            (
                (string?)analysis["metadata"]!["format"],
                (string?)analysis["metadata"]!["mode"],
                (int)analysis["metadata"]!["bits"]!,
                (bool)analysis["metadata"]!["has_alpha"]!));
        Assert.Equal("Título", (string?)analysis["artwork"]!["title"]);
        var summary = JsonNode.Parse(run.Artifacts["summary"])!;
        Assert.True((double)summary["protection"]![0]!["psnr_db"]! >= 40);
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(run.Artifacts["protected"])),
            (string?)summary["artifacts"]![0]!["sha256"]);
    }

    [Fact]
    public async Task Leaves_images_unmarked_that_have_no_room()
    {
        var run = await EngineRun.ProtectAsync(engine, "tiny.png");

        Assert.False((bool)JsonNode.Parse(run.Artifacts["summary"])!["protection"]![0]!["applied"]!);
        Assert.Equal((16, 16), (run.Completed.Width, run.Completed.Height));
    }

    [Theory]
    [InlineData("photo.png")]
    [InlineData("grey16.png")]
    [InlineData("white.png")]
    [InlineData("alpha.png")]
    public async Task Draws_the_visible_mark(string name)
    {
        var run = await EngineRun.ProtectAsync(engine, name, EngineRun.Options("visible", 0.6, "© <Ana> & Söhne"));

        var compared = await engine.Pillow.CallAsync("compare", new { first = engine.PathOf(name), second = run.Save(engine, "protected", ".png") });
        Assert.True((bool)compared["alpha_equal"]!);
        Assert.InRange((double)compared["psnr"]!, 5, 28);
    }

    private async Task AssertSamePicture(string first, string second, double psnr)
    {
        var compared = await engine.Pillow.CallAsync("compare", new { first, second });
        Assert.True((bool)compared["same_size"]!);
        Assert.True((bool)compared["alpha_equal"]!, "alpha changed");
        Assert.True((double)compared["psnr"]! >= psnr, compared.ToJsonString());
    }

    private async Task AssertMask(EngineRun run, string first, string second, Completed completed)
    {
        var mask = await engine.Pillow.CallAsync("mask", new { first, second, sac = run.Save(engine, "mask", ".sac") });
        Assert.True((bool)mask["header_ok"]! && (bool)mask["length_ok"]!);

        // Pillow and libvips may round chroma upsampling of WebP differently by a step.
        Assert.True((int)mask["deviation"]! <= (completed.Format == "webp" ? 2 : 1), mask.ToJsonString());
        Assert.True((int)mask["nonzero"]! > 0);
    }
}
