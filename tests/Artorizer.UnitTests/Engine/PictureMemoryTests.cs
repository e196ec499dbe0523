using Artorizer.Imaging;
using Artorizer.Processor.Engine;
using Artorizer.Processor.Images;

namespace Artorizer.UnitTests.Engine;

public sealed class PictureMemoryTests
{
    private const int Megapixels = 24;

    /// <summary>Measured with pictures of 6000 × 4000 pixels: bytes per pixel at the peak, beside what the idle process had.</summary>
    public static TheoryData<string, string, int, bool, int, double> Measured => new()
    {
        { "jpeg", "RGB", 1, false, 1, 11.6 },
        { "jpeg", "RGB", 1, true, 1, 14.6 },
        { "jpeg", "RGB", 6, false, 1, 14.1 },
        { "png", "RGB", 1, false, 1, 6.1 },
        { "png", "RGBA", 1, false, 1, 8.0 },
        { "png", "L", 1, false, 1, 2.9 },
        { "tiff", "RGB", 1, false, 1, 6.2 },
        { "webp", "RGB", 1, false, 1, 21.5 },
        { "gif", "RGB", 1, false, 1, 21.6 },
        { "gif", "RGB", 1, false, 24, 6.1 },
        { "avif", "RGB", 1, false, 1, 42.9 },
    };

    [Theory]
    [MemberData(nameof(Measured))]
    public void Is_no_less_than_was_measured_and_not_much_more(
        string format, string mode, int orientation, bool isProgressive, int frames, double bytesPerPixel)
    {
        var info = new SourceInfo(
            ImageFormats.All.Single(f => f.Name.Equals(format, StringComparison.OrdinalIgnoreCase)), 6000, 4000 / frames, frames, mode, 8,
            mode.EndsWith('A'), orientation, isProgressive, IsSubsampled: false, IsLossless: false, JpegQuality: 90);
        var estimate = PictureMemory.Estimate(info, Megapixels * 1_000_000, toWrite: true) / (Megapixels * 1e6);
        Assert.InRange(estimate, bytesPerPixel, bytesPerPixel + 2.5);
    }
}
