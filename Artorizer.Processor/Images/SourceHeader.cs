using Artorizer.Imaging;
using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>Reads what the header of an original says.</summary>
internal static class SourceHeader
{
    /// <summary>Reads a file's header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="image">The file, opened.</param>
    public static SourceInfo Read(string path, ImageFormat format, Image image) => new(
        format,
        image.Width,
        image.PageHeight,
        Frames: FrameCount.Of(path, format, Field(image, "n-pages", 1)),
        Mode(image),
        Bits: image.Contains("bits-per-sample") ? Field(image, "bits-per-sample", 8)
            : image.Format is Enums.BandFormat.Ushort ? 16 : 8,
        HasAlpha: image.HasAlpha(),
        Orientation(image),
        IsProgressive: Field(image, "interlaced", 0) != 0 || Field(image, "jpeg-multiscan", 0) != 0,
        IsSubsampled: image.Contains("jpeg-chroma-subsample") && image.Get("jpeg-chroma-subsample") is not "4:4:4",
        IsLossless: format == ImageFormats.WebP && WebPContainer.IsLossless(path),
        JpegQuality: format == ImageFormats.Jpeg ? EstimateQuality(path) : 0);

    /// <summary>EXIF orientation, 1 to 8; 1 if there is none.</summary>
    public static int Orientation(Image image) => Field(image, "orientation", 1) is var orientation and >= 1 and <= 8 ? orientation : 1;

    private static int Field(Image image, string name, int otherwise) =>
        image.Contains(name) && image.Get(name) is int value ? value : otherwise;

    private static string Mode(Image image)
    {
        var name = (image.Interpretation, image.Bands) switch
        {
            (Enums.Interpretation.Cmyk, _) => "CMYK",
            (Enums.Interpretation.Lab or Enums.Interpretation.Labs, _) => "LAB",
            (_, 1) => "L",
            (_, 2) => "LA",
            (_, 3) => "RGB",
            _ => "RGBA",
        };
        return image.Format switch
        {
            Enums.BandFormat.Uchar => name,
            Enums.BandFormat.Ushort => name == "L" ? "I;16" : name + ";16",
            _ => name == "L" ? "F" : name + ";F",
        };
    }

    private static int EstimateQuality(string path)
    {
        using var file = File.OpenRead(path);
        return JpegQuality.Estimate(file);
    }
}
