using System.Globalization;
using Artorizer.Contracts.Jobs;
using Artorizer.Imaging;
using Artorizer.Processor.Engine;
using Microsoft.Extensions.Options;
using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>
/// Opens files through the one loader that belongs to their first bytes, checks the header, and decodes. Loaders that libvips marks as
/// untrusted are blocked for the whole process.
/// </summary>
public sealed class ImageLoader(ImageLibrary library, IOptions<ProcessorOptions> options)
{
    private readonly ProcessorOptions _options = options.Value;

    /// <summary>Decodes a file: upright, 8 or 16 bits, grey or RGB.</summary>
    /// <param name="path">The file.</param>
    /// <param name="toWrite">
    /// Whether an image of the same format will be written: then all frames or pages are decoded, and what cannot be written so is refused
    /// before. Otherwise the first is decoded.
    /// </param>
    /// <param name="reserve">Called before pixels are decoded, with what the header says and how many pixels that will be.</param>
    /// <param name="cancellationToken">Stops the decoder.</param>
    /// <exception cref="EngineException"><c>invalid_image</c>, <c>unsupported_format</c> or <c>too_many_pixels</c>.</exception>
    public (SourceInfo Info, Picture Picture) Load(
        string path, bool toWrite, Action<SourceInfo, long>? reserve, CancellationToken cancellationToken)
    {
        try
        {
            return LoadOnce(path, toWrite, Enums.FailOn.Warning, reserve, cancellationToken);
        }
        catch (EngineException e) when (e.InnerException is VipsException warned && LostNothing(warned))
        {
            return LoadOnce(path, toWrite, Enums.FailOn.Error, reserve, cancellationToken);
        }
    }

    // Cameras and editors pad their files; the decoder warns of that as of damage, and the picture is whole.
    private static bool LostNothing(VipsException exception) =>
        exception.Message.Contains("extraneous bytes before marker", StringComparison.Ordinal)
        && !exception.Message.Contains("premature", StringComparison.OrdinalIgnoreCase)
        && !exception.Message.Contains("Huffman", StringComparison.OrdinalIgnoreCase);

    private (SourceInfo Info, Picture Picture) LoadOnce(
        string path, bool toWrite, Enums.FailOn failOn, Action<SourceInfo, long>? reserve, CancellationToken cancellationToken)
    {
        var format = VipsFormat.Of(Sniff(path));
        library.RequireReadable(format.Format);
        if (toWrite)
        {
            library.RequireWritable(format.Format);
        }

        var leftOut = 0;
        if (format.Format == ImageFormats.Png)
        {
            (path, leftOut) = PngChunks.WithoutBombs(path, cancellationToken);
        }

        var isStack = toWrite && format.Frames == FrameLayout.Stack;
        using var image = Open(format, new OpenRequest(path, Count: isStack ? -1 : 1, FailOn: failOn));
        var info = Describe(path, format, image) with { Dropped = Dropped(leftOut) };
        var isComposed = toWrite && info.Frames > 1 && format.Frames == FrameLayout.Composed;
        Check(info, isStack || isComposed ? info.Frames : 1);
        if (toWrite && info.Frames > 1 && format.Frames != FrameLayout.Stack)
        {
            return format.Frames switch
            {
                FrameLayout.Pages => LoadPages(format, path, info, reserve, cancellationToken),
                FrameLayout.Composed => LoadComposed(format, path, info, image, reserve, cancellationToken),
                _ => throw FrameRefusal.Of(info),
            };
        }

        reserve?.Invoke(info, (long)info.Width * info.Height * (isStack ? info.Frames : 1));
        var decoded = Decode(format, image, isStack ? info.Frames : 1, cancellationToken);
        return (info, isStack && info.Frames > 1 ? Picture.Animation(decoded, info.Frames) : Picture.Of(decoded));
    }

    private static (SourceInfo Info, Picture Picture) LoadComposed(
        VipsFormat format, string path, SourceInfo info, Image image, Action<SourceInfo, long>? reserve, CancellationToken cancellationToken)
    {
        // Put together, the frames are held twice, as they are while they are encoded.
        reserve?.Invoke(info, (long)info.Width * info.Height * info.Frames);
        try
        {
            var file = ApngFile.Read(path);
            if (file.HasPictureOfItsOwn || file.Frames.Count != info.Frames)
            {
                throw FrameRefusal.Of(info);
            }

            using var stack = ApngDecoder.Decode(file, image, path + ".frame", cancellationToken);
            return (info, Picture.Animation(Decode(format, stack, info.Frames, cancellationToken), info.Frames));
        }
        catch (Exception exception) when (exception is VipsException or InvalidDataException)
        {
            throw Damaged(format, exception);
        }
    }

    private (SourceInfo Info, Picture Picture) LoadPages(
        VipsFormat format, string path, SourceInfo info, Action<SourceInfo, long>? reserve, CancellationToken cancellationToken)
    {
        var pages = TiffPages.WithoutReducedCopies(path, info.Frames);
        reserve?.Invoke(info, CheckSum(format, path, pages, cancellationToken));
        var decoded = new List<RasterImage>();
        try
        {
            foreach (var page in pages)
            {
                using var image = Open(format, new OpenRequest(path, page));
                decoded.Add(Decode(format, image, frames: 1, cancellationToken));
            }
        }
        catch
        {
            decoded.ForEach(page => page.Dispose());
            throw;
        }

        return (info with { Frames = pages.Count, ReducedCopies = info.Frames - pages.Count }, Picture.Of(decoded));
    }

    private long CheckSum(VipsFormat format, string path, IReadOnlyList<int> pages, CancellationToken cancellationToken)
    {
        var pixels = 0L;
        foreach (var page in pages)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var image = Open(format, new OpenRequest(path, page));
            CheckSide(image.Width, image.Height);
            if ((pixels += (long)image.Width * image.Height) > _options.MaxPixels)
            {
                throw TooMany(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The {pages.Count} pages have more than {_options.MaxPixels} pixels together, which are allowed."));
            }
        }

        return pixels;
    }

    private static string[] Dropped(int chunks) => chunks == 0
        ? []
        :
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"{chunks} compressed texts or profiles are larger than {PngChunks.MaxInflated >> 20} MiB and were left out."),
        ];

    private static ImageFormat Sniff(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[ImageFormats.SniffLength];
        return ImageFormats.Sniff(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)])
            ?? throw new EngineException(JobErrorCodes.InvalidImage, "The file is not an image of a known format.");
    }

    private static Image Open(VipsFormat format, OpenRequest request)
    {
        try
        {
            return format.Open(request);
        }
        catch (VipsException exception)
        {
            throw new EngineException(JobErrorCodes.InvalidImage, $"The image is damaged and cannot be read as {format.Format.Name}.", exception);
        }
    }

    private static SourceInfo Describe(string path, VipsFormat format, Image image)
    {
        try
        {
            return SourceHeader.Read(path, format.Format, image);
        }
        catch (VipsException exception)
        {
            throw Damaged(format, exception);
        }
    }

    private static EngineException Damaged(VipsFormat format, Exception exception) =>
        new(JobErrorCodes.InvalidImage, $"The image is damaged and cannot be decoded as {format.Format.Name}.", exception);

    private void Check(SourceInfo info, int frames)
    {
        CheckSide(info.Width, info.Height);
        if ((long)info.Width * info.Height * frames > _options.MaxPixels)
        {
            throw TooMany(frames == 1
                ? string.Create(
                    CultureInfo.InvariantCulture, $"The image has {info.Width} × {info.Height} pixels; {_options.MaxPixels} are allowed.")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"The image has {frames} frames of {info.Width} × {info.Height} pixels; "
                        + $"{_options.MaxPixels} are allowed in all of them together."));
        }
    }

    private void CheckSide(int width, int height)
    {
        if (Math.Max(width, height) > _options.MaxSide)
        {
            throw TooMany(string.Create(
                CultureInfo.InvariantCulture, $"The image is {width} × {height} pixels; no side may exceed {_options.MaxSide}."));
        }
    }

    private static EngineException TooMany(string message) => new(JobErrorCodes.TooManyPixels, message);

    private static RasterImage Decode(VipsFormat format, Image image, int frames, CancellationToken cancellationToken)
    {
        try
        {
            using var kill = cancellationToken.Register(static state => ((Image)state!).SetKill(true), image);
            using var colour = PixelLayout.ToGreyOrRgb(image);
            if (SourceHeader.Orientation(image) == 1)
            {
                return RasterImage.Take(colour.Copy());
            }

            // A sequential image can be read once from top to bottom; turning needs all of it.
            using var whole = colour.CopyMemory();
            return RasterImage.Take(frames == 1 ? whole.Autorot() : Turn(whole, frames));
        }
        catch (VipsException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Damaged(format, exception);
        }
        catch (VipsException exception)
        {
            throw new OperationCanceledException("Decoding was cancelled.", exception, cancellationToken);
        }
    }

    // Each frame by itself, and below each other again.
    private static Image Turn(Image whole, int frames)
    {
        var turned = new List<Image>();
        try
        {
            var height = whole.PageHeight;
            for (var index = 0; index < frames; index++)
            {
                using var frame = whole.Crop(0, index * height, whole.Width, height);
                turned.Add(frame.Autorot());
            }

            using var joined = Image.Arrayjoin([.. turned], across: 1);
            return joined.Mutate(target => target.Set(GValue.GIntType, "page-height", turned[0].Height));
        }
        finally
        {
            turned.ForEach(frame => frame.Dispose());
        }
    }
}
