using Artorizer.Contracts.Jobs;
using Artorizer.Imaging;
using Artorizer.Processor.Engine;
using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>Writes images in the format of their source, and thumbnails.</summary>
public sealed class ImageEncoder
{
    /// <summary>Encodes the image with the metadata of its source.</summary>
    /// <exception cref="EngineException"><c>unsupported_format</c>: the encoder refuses this image.</exception>
    public void Save(RasterImage image, SourceInfo source, string path, CancellationToken cancellationToken)
    {
        using var pixels = image.ToVips();
        Run(pixels, source.Format, () => VipsFormat.Of(source.Format).Save(pixels, source, path), cancellationToken);
    }

    /// <summary>Writes a WebP whose longer side has at most <paramref name="side"/> pixels, in sRGB and without metadata.</summary>
    public void SaveThumbnail(RasterImage image, int side, string path, CancellationToken cancellationToken)
    {
        using var pixels = image.ToVips();
        Run(pixels, ImageFormats.WebP, () =>
        {
            // By the older name of output_profile, which every libvips takes, those of the distributions too.
            var options = new VOption { ["height"] = side, ["size"] = Enums.Size.Down, ["no_rotate"] = true, ["export_profile"] = "srgb" };
            using var small = (Image)Operation.Call("thumbnail_image", options, pixels, side);
            small.Webpsave(path, q: 80, keep: Enums.ForeignKeep.None);
        }, cancellationToken);
    }

    private static void Run(Image pixels, ImageFormat format, Action save, CancellationToken cancellationToken)
    {
        using var kill = cancellationToken.Register(static state => ((Image)state!).SetKill(true), pixels);
        try
        {
            save();
        }
        catch (VipsException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(JobErrorCodes.UnsupportedFormat, $"The image cannot be written as {format.Name}.", exception);
        }
        catch (VipsException exception)
        {
            throw new OperationCanceledException("Encoding was cancelled.", exception, cancellationToken);
        }
    }
}
