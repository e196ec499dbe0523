namespace Artorizer.Imaging.Internal;

/// <summary>What a TIFF file points to.</summary>
internal enum TiffTargetKind
{
    /// <summary>The directory of a page.</summary>
    Directory,

    /// <summary>Where a page's strips or tiles begin.</summary>
    Offsets,

    /// <summary>The length of one strip or tile.</summary>
    ByteCount,
}
