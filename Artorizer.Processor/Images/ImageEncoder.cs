using System.Globalization;
using Artorizer.Contracts.Jobs;
using Artorizer.Imaging;
using Artorizer.Processor.Engine;
using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>Writes images in the format of their source, and thumbnails.</summary>
public sealed class ImageEncoder
{
    /// <summary>Encodes all frames or pages of a picture with the metadata of their source.</summary>
    /// <exception cref="EngineException"><c>unsupported_format</c>: the encoder refuses this image.</exception>
    public void Save(Picture picture, SourceInfo source, string path, CancellationToken cancellationToken)
    {
        if (picture.Stack is null && picture.Frames.Count > 1)
        {
            SavePages(picture.Frames, source, path, cancellationToken);
        }
        else
        {
            Save(picture.Stack ?? picture.First, source, path, cancellationToken);
        }
    }

    /// <summary>Writes a WebP whose longer side has at most <paramref name="side"/> pixels, in sRGB and without metadata.</summary>
    public void SaveThumbnail(RasterImage image, int side, string path, CancellationToken cancellationToken)
    {
        using var pixels = image.ToVips();
        Run(pixels, ImageFormats.WebP, () =>
        {
            var options = new VOption { ["height"] = side, ["size"] = Enums.Size.Down, ["no_rotate"] = true };
            if (image.HasProfile)
            {
                // By the older name of output_profile, which every libvips takes, those of the distributions too. Colours without a profile
                // are sRGB already; before 8.15 such a conversion would change them.
                options.Add("export_profile", "srgb");
            }

            using var small = (Image)Operation.Call("thumbnail_image", options, pixels, side);
            small.Webpsave(path, q: 80, keep: Enums.ForeignKeep.None);
        }, cancellationToken);
    }

    private static void Save(RasterImage image, SourceInfo source, string path, CancellationToken cancellationToken)
    {
        using var pixels = image.ToVips();
        Run(pixels, source.Format, () => VipsFormat.Of(source.Format).Save(pixels, source, path), cancellationToken);
    }

    // libvips writes pages of one size and one kind only.
    private static void SavePages(IReadOnlyList<RasterImage> pages, SourceInfo source, string path, CancellationToken cancellationToken)
    {
        var files = Enumerable.Range(0, pages.Count).Select(index => string.Create(CultureInfo.InvariantCulture, $"{path}.{index}")).ToList();
        foreach (var (page, file) in pages.Zip(files))
        {
            Save(page, source, file, cancellationToken);
        }

        try
        {
            TiffPages.Join(files, path);
        }
        catch (InvalidDataException exception)
        {
            throw new EngineException(JobErrorCodes.UnsupportedFormat, $"The pages cannot be written into one file: {exception.Message}", exception);
        }

        files.ForEach(File.Delete);
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
