namespace Artorizer.Imaging;

/// <summary>How large an image may say it is. Checked as soon as the header or the next frame has been seen, before anything is decoded.</summary>
public sealed record ImageLimits
{
    /// <summary>The limits that hold where none are configured.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Width times height of all frames or pages together. 100 megapixels by default.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Pixels of the longer side. 32,767 by default, which common encoders and viewers still handle.</summary>
    public int MaxSide { get; init; } = 32_767;

    /// <summary>Frames of an animation or pages of a document. 1,000 by default.</summary>
    public int MaxFrames { get; init; } = 1_000;
}
