using Artorizer.Imaging;
using Artorizer.Processor.Images;

namespace Artorizer.Processor.Engine;

/// <summary>
/// How much memory a picture takes while it is worked on, by what its header says: the decoded pixels, and for a file of the same
/// format the tables of its encoder, as measured (docs/benchmarks.md) and rounded up.
/// </summary>
internal static class PictureMemory
{
    // Buffers, libvips' own lines of pixels, and what little does not grow with the picture.
    private const long Base = 16L << 20;

    /// <summary>Bytes at the worst moment.</summary>
    /// <param name="info">The header.</param>
    /// <param name="pixels">Of all frames that are decoded.</param>
    /// <param name="toWrite">Whether a file of the same format is written.</param>
    public static long Estimate(SourceInfo info, long pixels, bool toWrite)
    {
        var bands = (info.Mode[0] is 'L' or 'I' or 'F' && info.Mode != "LAB" ? 1 : 3) + (info.HasAlpha ? 1 : 0);
        var pixel = bands * (info.Bits > 8 ? 2 : 1);

        // The luminance is a byte; turning needs the picture twice; the encoder reads the pixels in a copy of its own.
        var held = pixel + 1 + (info.Orientation == 1 ? 0 : pixel) + (toWrite ? pixel : 0);
        var frame = Math.Min(pixels, (long)info.Width * info.Height);
        return Base + (pixels * held) + (frame * (toWrite ? EncoderBytes(info) : DecoderBytes(info)));
    }

    // Coefficients of progressive JPEG files, whole frames of others.
    private static int DecoderBytes(SourceInfo info) =>
        info.Format == ImageFormats.Jpeg ? info.IsProgressive ? 6 : 0
        : info.Format == ImageFormats.Png ? info.IsProgressive ? 8 : 0
        : info.Format == ImageFormats.Tiff ? 1
        : 12;

    private static int EncoderBytes(SourceInfo info) =>
        info.Format == ImageFormats.Jpeg ? info.IsProgressive ? 8 : 5
        : info.Format == ImageFormats.Png ? info.IsProgressive ? 8 : 0
        : info.Format == ImageFormats.Tiff ? 1
        : info.Format == ImageFormats.WebP || info.Format == ImageFormats.Gif ? 15
        : info.Bits > 8 ? 60 : 37;
}
