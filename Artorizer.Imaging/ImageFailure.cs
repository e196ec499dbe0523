using System.Globalization;

namespace Artorizer.Imaging;

/// <summary>Why a file is refused, in words fit for the user who sent it.</summary>
/// <param name="Reason">The kind of failure.</param>
/// <param name="Message">One short phrase; <see cref="InvalidFormat"/> for everything that is not a whole image.</param>
/// <param name="Detail">One sentence that says what is wrong with this file.</param>
public sealed record ImageFailure(ImageFailureReason Reason, string Message, string Detail)
{
    /// <summary>The message for files that are no image, cut off or damaged. Clients match on it.</summary>
    public const string InvalidFormat = "Invalid image file format";

    internal static ImageFailure Empty { get; } = new(ImageFailureReason.NotAnImage, InvalidFormat, "The file is empty.");

    internal static ImageFailure NotAnImage { get; } = new(
        ImageFailureReason.NotAnImage, InvalidFormat,
        $"The file is in none of the formats {string.Join(", ", ImageFormats.All.Select(format => format.Name))}.");

    internal static ImageFailure Truncated(ImageFormat format) =>
        new(ImageFailureReason.Truncated, InvalidFormat, $"The {format.Name} file ends too early; part of it is missing.");

    internal static ImageFailure Malformed(ImageFormat format, string what) =>
        new(ImageFailureReason.Malformed, InvalidFormat, $"The {format.Name} file is damaged: {what}.");

    internal static ImageFailure Unsupported(ImageFormat format, string what) =>
        new(ImageFailureReason.Unsupported, InvalidFormat, $"The {format.Name} file cannot be read: {what}.");

    internal static ImageFailure TooManyPixels(ulong width, ulong height, ImageLimits limits) =>
        new(
            ImageFailureReason.TooManyPixels, "Image too large",
            string.Create(
                CultureInfo.InvariantCulture,
                $"The image has {width} × {height} pixels; at most {limits.MaxPixels} in all and {limits.MaxSide} a side are allowed."));

    internal static ImageFailure TooManyPixelsInAll(ImageLimits limits) =>
        new(
            ImageFailureReason.TooManyPixels, "Image too large",
            string.Create(CultureInfo.InvariantCulture, $"All frames or pages of the image have more than {limits.MaxPixels} pixels together."));

    internal static ImageFailure TooManyFrames(ImageLimits limits) =>
        new(
            ImageFailureReason.TooManyFrames, "Too many frames",
            string.Create(CultureInfo.InvariantCulture, $"The image has more than {limits.MaxFrames} frames or pages."));
}
