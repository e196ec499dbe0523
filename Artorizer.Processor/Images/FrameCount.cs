using Artorizer.Imaging;

namespace Artorizer.Processor.Images;

/// <summary>Counts the frames of a file where libvips sees the first only: animated PNG, and sequences of AVIF and HEIF.</summary>
internal static class FrameCount
{
    /// <summary>The frames or pages of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="pages">How many libvips sees.</param>
    public static int Of(string path, ImageFormat format, int pages)
    {
        if (format == ImageFormats.Png)
        {
            return PngChunks.Frames(path);
        }

        return format == ImageFormats.Avif || format == ImageFormats.Heif ? Math.Max(pages, OfSequence(path)) : pages;
    }

    private static int OfSequence(string path)
    {
        using var file = File.OpenRead(path);
        var inspector = new ImageInspector();
        var buffer = new byte[128 << 10];
        for (int read; inspector.Failure is null && (read = file.Read(buffer)) > 0;)
        {
            inspector.Append(buffer.AsSpan(0, read));
        }

        return inspector.Frames ?? 1;
    }
}
