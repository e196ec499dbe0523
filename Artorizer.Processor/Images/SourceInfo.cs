using Artorizer.Imaging;

namespace Artorizer.Processor.Images;

/// <summary>What the header of an original says, before anything is decoded or converted.</summary>
/// <param name="Format">Recognised by its first bytes.</param>
/// <param name="Width">Width of the first frame in pixels as stored, before the orientation is applied.</param>
/// <param name="Height">Its height in pixels as stored.</param>
/// <param name="Frames">Frames of an animation or pages of a document; 1 for a still picture.</param>
/// <param name="Mode">Pixel layout as Pillow names it: L, LA, RGB, RGBA, CMYK, I;16, RGB;16 …</param>
/// <param name="Bits">Bits of one sample.</param>
/// <param name="HasAlpha">Whether there is transparency.</param>
/// <param name="Orientation">EXIF orientation, 1 to 8; 1 if there is none.</param>
/// <param name="IsProgressive">A progressive JPEG or interlaced PNG.</param>
/// <param name="IsSubsampled">A JPEG with reduced colour resolution.</param>
/// <param name="IsLossless">A WebP without loss.</param>
/// <param name="JpegQuality">Quality of a JPEG, 1 to 100, estimated from its quantisation table; 0 for other formats.</param>
public sealed record SourceInfo(
    ImageFormat Format,
    int Width,
    int Height,
    int Frames,
    string Mode,
    int Bits,
    bool HasAlpha,
    int Orientation,
    bool IsProgressive,
    bool IsSubsampled,
    bool IsLossless,
    int JpegQuality)
{
    /// <summary>What of the file was left out while it was read, as sentences for its owner.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>Pages of a TIFF that are smaller copies of others, which were left out: they would be unprotected.</summary>
    public int ReducedCopies { get; init; }
}
