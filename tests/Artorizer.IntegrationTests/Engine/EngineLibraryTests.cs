using System.Net;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Grpc.Core;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>Which libvips the engine loads, and what that means for HEIC.</summary>
public sealed class EngineLibraryTests(EngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HEIC_is_refused_by_the_bundled_library_with_a_way_out()
    {
        var (code, exception) = await EngineRun.FailAsync(() => EngineRun.ProtectAsync(engine, "photo.heic"));

        Assert.Equal((JobErrorCodes.UnsupportedFormat, StatusCode.InvalidArgument), (code, exception.StatusCode));
        Assert.Contains("cannot read HEIF (heic) images", exception.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("Processor:Libvips = system", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bundled_library_is_loaded_even_where_the_system_has_one()
    {
        Assert.True(File.Exists("/usr/lib/x86_64-linux-gnu/libvips.so.42"), "The tests need libvips42.");
        await using var processor = await ProcessorProcess.StartAsync([], Token);

        Assert.Contains(Path.Combine(AppContext.BaseDirectory, "libvips", "linux-x64", "libvips.so.42"), processor.Maps, StringComparison.Ordinal);
        Assert.DoesNotContain("/usr/lib/x86_64-linux-gnu/libvips", processor.Maps, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HEIC_is_protected_with_the_systems_library()
    {
        await using var processor = await ProcessorProcess.StartAsync(new() { ["Processor__Libvips"] = "system" }, Token);
        var original = await File.ReadAllBytesAsync(engine.PathOf("photo.heic"), Token);
        var run = await EngineRun.ProtectAsync(processor.Client, original, EngineRun.Options(), Token);

        Assert.Equal(("heif", 640, 480), (run.Completed.Format, run.Completed.Width, run.Completed.Height));
        Assert.Equal("ftypheic"u8, run.Artifacts["protected"].AsSpan(4, 8));
        Assert.True((await EngineRun.DetectAsync(processor.Client, run.Save(engine, "protected", ".heic"))).Found);
        Assert.DoesNotContain(AppContext.BaseDirectory + "libvips/", processor.Maps, StringComparison.Ordinal);
        var description = await processor.Client.DescribeAsync(new DescribeRequest(), cancellationToken: Token);
        Assert.Equal("system", description.LibrarySource);
        Assert.Contains("heif", description.FormatsRead);
        Assert.Contains("heif", description.FormatsWritten);
        Assert.Contains(description.Summary, await HealthAsync(processor.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describes_itself_as_it_is()
    {
        var description = await engine.Client.DescribeAsync(new DescribeRequest(), cancellationToken: Token);

        Assert.Equal("bundled", description.LibrarySource);
        Assert.StartsWith("8.18.", description.LibraryVersion, StringComparison.Ordinal);
        Assert.Equal(["jpeg", "png", "webp", "tiff", "gif", "avif"], description.FormatsRead);
        Assert.Equal(description.FormatsRead, description.FormatsWritten);
        Assert.Equal(["metadata", "imagehash", "dhash", "blockhash"], description.Analyzers.Select(analyzer => analyzer.Name));
        Assert.Equal(["robust", "invisible-watermark", "visible", "none"], description.WatermarkStrategies);

        // What analyzers say that they compute is what they do compute.
        var run = await EngineRun.ProtectAsync(engine, "small.png");
        Assert.Equal(description.Analyzers.SelectMany(analyzer => analyzer.Hashes).Distinct().Order(), run.Completed.Hashes.Keys.Order());
    }

    private static async Task<string> HealthAsync(Uri processor)
    {
        using var client = new HttpClient
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await client.GetStringAsync(new Uri(processor, "health"), Token);
    }
}
