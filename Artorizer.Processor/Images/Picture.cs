namespace Artorizer.Processor.Images;

/// <summary>
/// A decoded file: a still picture, the frames of an animation, or the pages of a document. All of them are in memory at once, and the
/// limit of pixels holds for their sum.
/// </summary>
public sealed class Picture : IDisposable
{
    private Picture(IReadOnlyList<RasterImage> frames, RasterImage? stack) => (Frames, Stack) = (frames, stack);

    /// <summary>One or more.</summary>
    public IReadOnlyList<RasterImage> Frames { get; }

    /// <summary>The first frame: what is hashed, shown as a thumbnail, and compared in the mask.</summary>
    public RasterImage First => Frames[0];

    /// <summary>Pixels of all frames.</summary>
    public long Pixels => Frames.Sum(frame => (long)frame.Width * frame.Height);

    /// <summary>What of the metadata is not written again, as sentences for the picture's owner.</summary>
    public IReadOnlyList<string> Dropped => [.. Frames.SelectMany(frame => frame.Dropped).Distinct()];

    /// <summary>The frames of an animation as the one image that they are encoded from.</summary>
    internal RasterImage? Stack { get; }

    /// <summary>A still picture, or pages. Takes ownership of them.</summary>
    internal static Picture Of(params IReadOnlyList<RasterImage> pages) => new(pages, stack: null);

    /// <summary>An animation whose frames lie below each other. Takes ownership of the image.</summary>
    internal static Picture Animation(RasterImage stack, int frames) =>
        new([.. Enumerable.Range(0, frames).Select(index => stack.Frame(index, frames))], stack);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var frame in Frames)
        {
            frame.Dispose();
        }

        Stack?.Dispose();
    }
}
