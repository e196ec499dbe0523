namespace Artorizer.Imaging;

/// <summary>Why a file is refused.</summary>
public enum ImageFailureReason
{
    /// <summary>Empty, or in none of the known formats.</summary>
    NotAnImage,

    /// <summary>It begins as an image but ends too early.</summary>
    Truncated,

    /// <summary>It breaks a rule of its format.</summary>
    Malformed,

    /// <summary>It is in a variant of its format that no common decoder reads.</summary>
    Unsupported,

    /// <summary>More pixels in all frames than <see cref="ImageLimits.MaxPixels"/>, or a side beyond <see cref="ImageLimits.MaxSide"/>.</summary>
    TooManyPixels,

    /// <summary>More frames or pages than <see cref="ImageLimits.MaxFrames"/>.</summary>
    TooManyFrames,
}
