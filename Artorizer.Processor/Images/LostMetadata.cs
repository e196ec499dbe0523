using Artorizer.Imaging;

namespace Artorizer.Processor.Images;

/// <summary>Says what metadata of an original are not in the delivered file, whether libvips does not read or does not write them.</summary>
internal static class LostMetadata
{
    private static readonly (MetadataKinds Kind, string Name)[] Names =
    [
        (MetadataKinds.Exif, "EXIF data"), (MetadataKinds.Xmp, "XMP"), (MetadataKinds.ExtendedXmp, "extended XMP"),
        (MetadataKinds.Iptc, "IPTC data"), (MetadataKinds.ColourProfile, "colour profile"),
        (MetadataKinds.Credits, "tags Artist and Copyright"), (MetadataKinds.Position, "GPS position"),
        (MetadataKinds.Companions, "pictures that belong to the first, such as a gain map, a preview or a map of depth"),
    ];

    /// <summary>A sentence for the picture's owner; <see langword="null"/> if all is there.</summary>
    /// <param name="original">The original.</param>
    /// <param name="delivered">The delivered file.</param>
    /// <param name="format">The format of both.</param>
    /// <param name="told">What was left out on purpose, and told already.</param>
    public static string? Tell(string original, string delivered, ImageFormat format, MetadataKinds told)
    {
        var lost = MetadataScan.Of(original, format) & ~MetadataScan.Of(delivered, format) & ~told;
        return lost == MetadataKinds.None
            ? null
            : $"Of the {format.Name} file's metadata, these could not be carried over and are not in the delivered file: "
                + string.Join(", ", Names.Where(entry => lost.HasFlag(entry.Kind)).Select(entry => entry.Name)) + ".";
    }
}
