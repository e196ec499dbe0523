namespace Artorizer.Imaging;

/// <summary>What a file says beside its picture.</summary>
[Flags]
public enum MetadataKinds
{
    /// <summary>Nothing that is looked for.</summary>
    None = 0,

    /// <summary>EXIF data.</summary>
    Exif = 1,

    /// <summary>An XMP packet.</summary>
    Xmp = 2,

    /// <summary>The part of an XMP packet that is too long for one segment of a JPEG.</summary>
    ExtendedXmp = 4,

    /// <summary>IPTC data.</summary>
    Iptc = 8,

    /// <summary>An ICC profile.</summary>
    ColourProfile = 16,

    /// <summary>The TIFF tags Artist and Copyright.</summary>
    Credits = 32,

    /// <summary>The GPS directory of a TIFF.</summary>
    Position = 64,

    /// <summary>Further pictures that belong to the first: gain maps, previews, maps of depth.</summary>
    Companions = 128,
}
