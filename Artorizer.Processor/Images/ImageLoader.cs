using System.Globalization;
using Artorizer.Contracts.Jobs;
using Artorizer.Imaging;
using Artorizer.Processor.Engine;
using Microsoft.Extensions.Options;
using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>
/// Opens files through the one loader that belongs to their first bytes, checks the header, and decodes the first frame.
/// Loaders that libvips marks as untrusted are blocked for the whole process.
/// </summary>
public sealed class ImageLoader(ImageLibrary library, IOptions<ProcessorOptions> options)
{
    private readonly ProcessorOptions _options = options.Value;

    /// <summary>Decodes the first frame of a file: upright, 8 or 16 bits, grey or RGB.</summary>
    /// <param name="path">The file.</param>
    /// <param name="toWrite">Whether an image of the same format will be written; then one that cannot be is refused before it is decoded.</param>
    /// <param name="cancellationToken">Stops the decoder.</param>
    /// <exception cref="EngineException"><c>invalid_image</c>, <c>unsupported_format</c> or <c>too_many_pixels</c>.</exception>
    public (SourceInfo Info, RasterImage Image) Load(string path, bool toWrite, CancellationToken cancellationToken)
    {
        try
        {
            return LoadOnce(path, toWrite, static (format, file) => format.OpenStrictly(file), cancellationToken);
        }
        catch (EngineException e) when (e.InnerException is VipsException warned && LostNothing(warned))
        {
            return LoadOnce(path, toWrite, static (format, file) => format.OpenLeniently(file), cancellationToken);
        }
    }

    // Cameras and editors pad their files; the decoder warns of that as of damage, and the picture is whole.
    private static bool LostNothing(VipsException exception) =>
        exception.Message.Contains("extraneous bytes before marker", StringComparison.Ordinal)
        && !exception.Message.Contains("premature", StringComparison.OrdinalIgnoreCase)
        && !exception.Message.Contains("Huffman", StringComparison.OrdinalIgnoreCase);

    private (SourceInfo Info, RasterImage Image) LoadOnce(
        string path, bool toWrite, Func<VipsFormat, string, Image> open, CancellationToken cancellationToken)
    {
        var format = Sniff(path);
        library.RequireReadable(format);
        if (toWrite)
        {
            library.RequireWritable(format);
        }

        var leftOut = 0;
        if (format == ImageFormats.Png)
        {
            (path, leftOut) = PngChunks.WithoutBombs(path, cancellationToken);
        }

        var image = Open(path, format, open);
        try
        {
            Check(image);
            var info = Describe(path, format, image) with { Dropped = Dropped(leftOut) };
            using var kill = cancellationToken.Register(static state => ((Image)state!).SetKill(true), image);
            return (info, Decode(image, info));
        }
        catch (VipsException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(JobErrorCodes.InvalidImage, $"The image is damaged and cannot be decoded as {format.Name}.", exception);
        }
        catch (VipsException exception)
        {
            throw new OperationCanceledException("Decoding was cancelled.", exception, cancellationToken);
        }
        finally
        {
            image.Dispose();
        }
    }

    private static string[] Dropped(int chunks) => chunks == 0
        ? []
        : [string.Create(CultureInfo.InvariantCulture, $"{chunks} compressed texts or profiles are larger than {PngChunks.MaxInflated >> 20} MiB and were left out.")];

    private static ImageFormat Sniff(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[ImageFormats.SniffLength];
        return ImageFormats.Sniff(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)])
            ?? throw new EngineException(JobErrorCodes.InvalidImage, "The file is not an image of a known format.");
    }

    private static Image Open(string path, ImageFormat format, Func<VipsFormat, string, Image> open)
    {
        try
        {
            return open(VipsFormat.Of(format), path);
        }
        catch (VipsException exception)
        {
            throw new EngineException(JobErrorCodes.InvalidImage, $"The image is damaged and cannot be read as {format.Name}.", exception);
        }
    }

    private void Check(Image image)
    {
        if ((long)image.Width * image.Height > _options.MaxPixels)
        {
            throw new EngineException(JobErrorCodes.TooManyPixels, string.Create(
                CultureInfo.InvariantCulture, $"The image has {image.Width} × {image.Height} pixels; {_options.MaxPixels} are allowed."));
        }

        if (Math.Max(image.Width, image.Height) > _options.MaxSide)
        {
            throw new EngineException(JobErrorCodes.TooManyPixels, string.Create(
                CultureInfo.InvariantCulture, $"The image is {image.Width} × {image.Height} pixels; no side may exceed {_options.MaxSide}."));
        }
    }

    private static RasterImage Decode(Image image, SourceInfo info)
    {
        using var colour = ToGreyOrRgb(image);
        if (info.Orientation == 1)
        {
            return RasterImage.Take(colour.Copy());
        }

        // A sequential image can be read once from top to bottom; turning needs all of it.
        using var whole = colour.CopyMemory();
        return RasterImage.Take(whole.Autorot());
    }

    private static Image ToGreyOrRgb(Image image)
    {
        switch (image.Interpretation)
        {
            case Enums.Interpretation.Srgb or Enums.Interpretation.Rgb or Enums.Interpretation.Rgb16
                or Enums.Interpretation.Bw or Enums.Interpretation.Grey16:
                break;
            case Enums.Interpretation.Cmyk:
                // Ink values cannot carry a mark in luminance: the delivered file is sRGB.
                return image.IccTransform("srgb", embedded: true, inputProfile: "cmyk", intent: Enums.Intent.Perceptual, depth: 8);
            case Enums.Interpretation.Lab or Enums.Interpretation.Labs when image.Coding != Enums.Coding.None
                || image.Format is Enums.BandFormat.Short:
                return image.Colourspace(Enums.Interpretation.Srgb);
            case Enums.Interpretation.Lab or Enums.Interpretation.Labs or Enums.Interpretation.Xyz or Enums.Interpretation.Scrgb:
                // Of floating point: there is no saying what of it is white.
                throw Unsupported("sample type");
            default:
                throw Unsupported("colour space");
        }

        if (image.Format is not (Enums.BandFormat.Uchar or Enums.BandFormat.Ushort))
        {
            throw Unsupported("sample type");
        }

        if (image.Bands is < 1 or > 4)
        {
            throw Unsupported("number of channels");
        }

        return image.Copy();
    }

    private static EngineException Unsupported(string what) =>
        new(JobErrorCodes.UnsupportedFormat, $"The image has a {what} that is not supported.");

    private static SourceInfo Describe(string path, ImageFormat format, Image image) => new(
        format,
        image.Width,
        image.Height,
        Frames: Field(image, "n-pages", 1),
        Mode(image),
        Bits: image.Contains("bits-per-sample") ? Field(image, "bits-per-sample", 8)
            : image.Format is Enums.BandFormat.Ushort ? 16 : 8,
        HasAlpha: image.HasAlpha(),
        Orientation: Field(image, "orientation", 1) is var orientation and >= 1 and <= 8 ? orientation : 1,
        IsProgressive: Field(image, "interlaced", 0) != 0 || Field(image, "jpeg-multiscan", 0) != 0,
        IsSubsampled: image.Contains("jpeg-chroma-subsample") && image.Get("jpeg-chroma-subsample") is not "4:4:4",
        IsLossless: format == ImageFormats.WebP && WebPContainer.IsLossless(path),
        JpegQuality: format == ImageFormats.Jpeg ? EstimateQuality(path) : 0);

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
