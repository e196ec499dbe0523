namespace Artorizer.Processor.Images;

/// <summary>The formats that the engine reads and writes.</summary>
public enum EngineFormat
{
    /// <summary>JPEG (ITU-T T.81).</summary>
    Jpeg,

    /// <summary>PNG (W3C).</summary>
    Png,

    /// <summary>WebP (RFC 9649).</summary>
    WebP,

    /// <summary>TIFF 6.0 and BigTIFF.</summary>
    Tiff,

    /// <summary>GIF87a and GIF89a.</summary>
    Gif,

    /// <summary>HEIF with HEVC images.</summary>
    Heif,

    /// <summary>HEIF with AV1 images.</summary>
    Avif,
}
