using Artorizer.Imaging;
using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>How libvips opens and writes one format.</summary>
/// <param name="Format">The format.</param>
/// <param name="Loader">Name of the one operation that may open it.</param>
/// <param name="Frames">How several frames of it are read and written.</param>
/// <param name="Open">Opens a file for one pass from top to bottom.</param>
/// <param name="Save">Writes a file, as near to its source's settings as the format lets one see.</param>
internal sealed record VipsFormat(
    ImageFormat Format, string Loader, FrameLayout Frames, Func<OpenRequest, Image> Open, Action<Image, SourceInfo, string> Save)
{
    private const int LossyQuality = 92;

    // Below this a JPEG's own noise would eat the watermark.
    private const int MinJpegQuality = 80;
    private const int MaxJpegQuality = 98;

    private const Enums.Access Once = Enums.Access.Sequential;
    private const Enums.FailOn OnError = Enums.FailOn.Error;

    /// <summary>Every format of <see cref="ImageFormats"/>; which of them this libvips has, <see cref="ImageLibrary"/> finds out.</summary>
    public static IReadOnlyList<VipsFormat> All { get; } =
    [
        new(ImageFormats.Jpeg, "jpegload", FrameLayout.One, file => Image.Jpegload(file.Path, access: Once, failOn: file.FailOn), SaveJpeg),
        new(ImageFormats.Png, "pngload", FrameLayout.Composed, file => Image.Pngload(file.Path, access: Once, failOn: OnError), SavePng),
        new(ImageFormats.WebP, "webpload", FrameLayout.Stack,
            file => Image.Webpload(file.Path, page: file.Page, n: file.Count, access: Once, failOn: OnError),
            (image, source, path) => image.Webpsave(path, q: LossyQuality, lossless: source.IsLossless, alphaQ: 100)),
        new(ImageFormats.Tiff, "tiffload", FrameLayout.Pages,
            file => Image.Tiffload(file.Path, page: file.Page, n: file.Count, access: Once, failOn: OnError),
            (image, _, path) => image.Tiffsave(
                path, compression: Enums.ForeignTiffCompression.Deflate, predictor: Enums.ForeignTiffPredictor.Horizontal)),
        new(ImageFormats.Gif, "gifload", FrameLayout.Stack,
            file => Image.Gifload(file.Path, page: file.Page, n: file.Count, access: Once, failOn: OnError),
            (image, _, path) => image.Gifsave(path, dither: 1)),
        new(ImageFormats.Avif, "heifload", FrameLayout.One, OpenHeif,
            (image, source, path) => SaveHeif(image, source, path, Enums.ForeignHeifCompression.Av1)),
        new(ImageFormats.Heif, "heifload", FrameLayout.One, OpenHeif,
            (image, source, path) => SaveHeif(image, source, path, Enums.ForeignHeifCompression.Hevc)),
    ];

    /// <summary>The entry of a format.</summary>
    public static VipsFormat Of(ImageFormat format) => All.First(entry => entry.Format == format);

    private static Image OpenHeif(OpenRequest file) => Image.Heifload(file.Path, page: 0, n: 1, access: Once, failOn: OnError);

    private static void SaveHeif(Image image, SourceInfo source, string path, Enums.ForeignHeifCompression compression) => image.Heifsave(
        path,
        q: LossyQuality,
        bitdepth: source.Bits is 10 or 12 ? source.Bits : image.Format == Enums.BandFormat.Ushort ? 12 : 8,
        compression: compression,
        subsampleMode: Enums.ForeignSubsample.Off);

    private static void SavePng(Image image, SourceInfo source, string path)
    {
        if (source.Frames > 1)
        {
            ApngEncoder.Save(image, path, (frame, still, withMetadata) => frame.Pngsave(
                still, compression: 6, keep: withMetadata ? Enums.ForeignKeep.All : Enums.ForeignKeep.None));
        }
        else
        {
            image.Pngsave(path, compression: 6, interlace: source.IsProgressive);
        }
    }

    private static void SaveJpeg(Image image, SourceInfo source, string path) => image.Jpegsave(
        path,
        q: source.JpegQuality == 0 ? LossyQuality : Math.Clamp(source.JpegQuality, MinJpegQuality, MaxJpegQuality),
        optimizeCoding: true,
        interlace: source.IsProgressive,
        subsampleMode: source.IsSubsampled ? Enums.ForeignSubsample.On : Enums.ForeignSubsample.Off);
}
