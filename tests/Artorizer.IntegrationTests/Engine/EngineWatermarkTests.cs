using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Artorizer.Contracts.Engine;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>The invisible marks against Pillow's encoders.</summary>
public sealed class EngineWatermarkTests(EngineFixture engine)
{
    private static readonly ulong Payload = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("artwork-1")));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Survives_a_new_JPEG_of_quality_75(string strategy, string name)
    {
        var path = await ProtectAsync(name, strategy);

        await AssertFound(path, strategy, "as delivered");
        await AssertFound(await ReencodeAsync(path, 75), strategy, "quality 75");
    }

    [Theory]
    [InlineData("natural0.png")]
    [InlineData("natural1.png")]
    [InlineData("small.png")]
    [InlineData("photo.jpg")]
    public async Task Robust_survives_quality_50_and_cropping(string name)
    {
        var path = await ProtectAsync(name, "robust");

        await AssertFound(await ReencodeAsync(path, 50), "robust", "quality 50");
        var crop = engine.PathOf(Path.GetRandomFileName() + ".jpg");
        await engine.Pillow.CallAsync("reencode", new { path, target = crop, quality = 85, crop = new[] { 37, 21, 245, 240 } });
        await AssertFound(crop, "robust", "cropped");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    [InlineData(1.0)]
    public async Task Is_found_at_every_strength(double strength)
    {
        var run = await EngineRun.ProtectAsync(engine, "natural0.png", EngineRun.Options("robust", strength));
        await AssertFound(run.Save(engine, "protected", ".png"), "robust", "as delivered");
    }

    [Theory]
    [InlineData("robust", 40)]
    [InlineData("invisible-watermark", 38)]
    public async Task Cannot_be_seen(string strategy, double psnr)
    {
        foreach (var name in new[] { "natural0.png", "natural1.png", "natural2.png", "small.png", "white.png", "flat.png" })
        {
            var path = await ProtectAsync(name, strategy);
            var compared = await engine.Pillow.CallAsync("compare", new { first = engine.PathOf(name), second = path });
            Assert.True((double)compared["psnr"]! >= psnr, $"{name}: {compared.ToJsonString()}");
        }
    }

    [Fact]
    public async Task Is_not_found_where_there_is_none()
    {
        string[] names =
        [
            "natural0.png", "natural1.png", "natural2.png", "natural3.png", "photo.jpg", "progressive.jpg",
            "grey.jpg", "white.png", "flat.png", "tiny.png", "palette.gif", "bilevel.png", "lossy.webp",
        ];
        foreach (var name in names)
        {
            Assert.False((await EngineRun.DetectAsync(engine.Client, engine.PathOf(name))).Found, name);
        }
    }

    [Fact]
    public async Task Same_input_and_options_give_the_same_bytes()
    {
        foreach (var (name, strategy) in new[] { ("photo.jpg", "robust"), ("alpha.png", "invisible-watermark"), ("photo.tif", "visible") })
        {
            var first = await EngineRun.ProtectAsync(engine, name, EngineRun.Options(strategy));
            var second = await EngineRun.ProtectAsync(engine, name, EngineRun.Options(strategy));
            foreach (var variant in new[] { "protected", "mask", "thumbnail", "analysis" })
            {
                Assert.Equal(first.Artifacts[variant], second.Artifacts[variant]);
            }
        }
    }

    private async Task<string> ProtectAsync(string name, string strategy)
    {
        var run = await EngineRun.ProtectAsync(engine, name, EngineRun.Options(strategy));
        return run.Save(engine, "protected", Path.GetExtension(name));
    }

    private async Task<string> ReencodeAsync(string path, int quality)
    {
        var target = engine.PathOf(Path.GetRandomFileName() + ".jpg");
        await engine.Pillow.CallAsync("reencode", new { path, target, quality });
        return target;
    }

    private async Task AssertFound(string path, string strategy, string what)
    {
        DetectWatermarkResponse found = await EngineRun.DetectAsync(engine.Client, path);
        Assert.True(found.Found, what);
        Assert.Equal((Payload, strategy), (found.Payload, found.Strategy));
        Assert.InRange(found.Confidence, 0.05, 1);
    }

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        string[] names =
        [
            "natural0.png", "natural1.png", "natural2.png", "natural3.png", "small.png",
            "photo.jpg", "alpha.png", "grey.png", "grey16.png", "lossy.webp",
        ];
        foreach (var name in names)
        {
            cases.Add("robust", name);
            cases.Add("invisible-watermark", name);
        }

        // Where all is one colour, halved colour resolution and coarse colour quantisation leave nothing of a mark in colour.
        cases.Add("robust", "white.png");
        cases.Add("robust", "flat.png");
        return cases;
    }
}
