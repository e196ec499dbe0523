using System.Buffers.Binary;
using System.Text.Json;
using Artorizer.BrowserTests.Studio;
using Microsoft.Playwright;

namespace Artorizer.BrowserTests;

/// <summary>Every file that a work offers can be saved, and is what it says.</summary>
public sealed class DownloadTests(StudioFixture studio)
{
    [Fact]
    public async Task Every_file_of_a_jpeg_is_saved_and_is_what_it_says()
    {
        var picture = await studio.Pictures.JpegAsync("Taken home");
        await using var visit = await studio.OpenAsync();
        await visit.SendAsync("Ines Maréchal", picture);
        var job = await visit.ProtectedAsync(picture.Title);

        var files = new Dictionary<string, byte[]>();
        foreach (var link in await job.Locator(".file").AllAsync())
        {
            var variant = (await link.GetAttributeAsync("data-variant"))!;
            var (name, bytes) = await SaveAsync(visit.Page, link);
            Assert.True(name.Contains('.', StringComparison.Ordinal), $"{variant} is saved as {name}, without an ending.");
            Assert.NotEmpty(bytes);
            files.Add(variant, bytes);
        }

        Assert.Superset(new HashSet<string> { "original", "protected", "mask", "thumbnail", "analysis", "summary" }, files.Keys.ToHashSet());
        Assert.Equal(picture.Bytes, files["original"]);
        Assert.Equal([0xff, 0xd8, 0xff], files["protected"][..3]);
        Assert.NotEqual(picture.Bytes, files["protected"]);
        CheckMask(files["mask"], picture);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(files["analysis"]).RootElement.ValueKind);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(files["summary"]).RootElement.ValueKind);
    }

    [Fact]
    public async Task A_png_stays_a_png()
    {
        var picture = await studio.Pictures.PngAsync("Lossless");
        await using var visit = await studio.OpenAsync();
        await visit.SendAsync("Ines Maréchal", picture);
        var job = await visit.ProtectedAsync(picture.Title);

        var (name, bytes) = await SaveAsync(visit.Page, job.Locator(".file[data-variant=protected]"));

        Assert.EndsWith(".png", name, StringComparison.Ordinal);
        Assert.Equal("PNG"u8, bytes.AsSpan(1, 3));
    }

    private static async Task<(string Name, byte[] Bytes)> SaveAsync(IPage page, ILocator link)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        return (download.SuggestedFilename, await File.ReadAllBytesAsync(await download.PathAsync()));
    }

    /// <summary>24 bytes of head, then one or two arrays of 16-bit values, one for each pixel.</summary>
    private static void CheckMask(byte[] mask, Picture picture)
    {
        Assert.Equal("SAC1"u8, mask.AsSpan(0, 4));
        var pixels = picture.Width * picture.Height;
        var arrays = mask[6];
        Assert.InRange(arrays, 1, 2);
        Assert.Equal(pixels, BinaryPrimitives.ReadInt32LittleEndian(mask.AsSpan(8)));
        Assert.Equal(picture.Width, BinaryPrimitives.ReadInt32LittleEndian(mask.AsSpan(16)));
        Assert.Equal(picture.Height, BinaryPrimitives.ReadInt32LittleEndian(mask.AsSpan(20)));
        Assert.Equal(24 + (arrays * pixels * 2), mask.Length);
    }
}
