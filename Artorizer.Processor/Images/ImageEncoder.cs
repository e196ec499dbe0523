using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Engine;
using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>Writes images in the format of their source, as near to its settings as the format lets one see.</summary>
public sealed class ImageEncoder
{
    private const int LossyQuality = 92;

    // Below this a JPEG's own noise would eat the watermark.
    private const int MinJpegQuality = 80;
    private const int MaxJpegQuality = 98;

    /// <summary>Encodes the image with the metadata of its source.</summary>
    /// <exception cref="EngineException"><c>unsupported_format</c>: this installation has no encoder for it.</exception>
    public void Save(RasterImage image, SourceInfo source, string path, CancellationToken cancellationToken)
    {
        using var pixels = image.ToVips();
        Run(pixels, source.Format, () => Save(pixels, source, path), cancellationToken);
    }

    /// <summary>Writes a WebP whose longer side has at most <paramref name="side"/> pixels, in sRGB and without metadata.</summary>
    public void SaveThumbnail(RasterImage image, int side, string path, CancellationToken cancellationToken)
    {
        using var pixels = image.ToVips();
        Run(pixels, EngineFormat.WebP, () =>
        {
            using var small = pixels.ThumbnailImage(side, height: side, size: Enums.Size.Down, noRotate: true, outputProfile: "srgb");
            small.Webpsave(path, q: 80, keep: Enums.ForeignKeep.None);
        }, cancellationToken);
    }

    private static void Run(Image pixels, EngineFormat format, Action save, CancellationToken cancellationToken)
    {
        using var kill = cancellationToken.Register(static state => ((Image)state!).SetKill(true), pixels);
        try
        {
            save();
        }
        catch (VipsException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(JobErrorCodes.UnsupportedFormat, $"The image cannot be written as {format.Name()}.", exception);
        }
        catch (VipsException exception)
        {
            throw new OperationCanceledException("Encoding was cancelled.", exception, cancellationToken);
        }
    }

    private static void Save(Image pixels, SourceInfo source, string path)
    {
        switch (source.Format)
        {
            case EngineFormat.Jpeg:
                pixels.Jpegsave(
                    path,
                    q: source.JpegQuality == 0 ? LossyQuality : Math.Clamp(source.JpegQuality, MinJpegQuality, MaxJpegQuality),
                    optimizeCoding: true,
                    interlace: source.IsProgressive,
                    subsampleMode: source.IsSubsampled ? Enums.ForeignSubsample.On : Enums.ForeignSubsample.Off);
                break;
            case EngineFormat.Png:
                pixels.Pngsave(path, compression: 6, interlace: source.IsProgressive);
                break;
            case EngineFormat.WebP:
                pixels.Webpsave(path, q: LossyQuality, lossless: source.IsLossless, alphaQ: 100);
                break;
            case EngineFormat.Tiff:
                pixels.Tiffsave(path, compression: Enums.ForeignTiffCompression.Deflate, predictor: Enums.ForeignTiffPredictor.Horizontal);
                break;
            case EngineFormat.Gif:
                pixels.Gifsave(path, dither: 1);
                break;
            default:
                pixels.Heifsave(
                    path,
                    q: LossyQuality,
                    compression: source.Format == EngineFormat.Avif ? Enums.ForeignHeifCompression.Av1 : Enums.ForeignHeifCompression.Hevc,
                    subsampleMode: Enums.ForeignSubsample.Off);
                break;
        }
    }
}
