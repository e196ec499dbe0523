namespace Artorizer.Processor.Images;

/// <summary>Names of the formats, how to recognise them, and whether this libvips has them.</summary>
public static class EngineFormatExtensions
{
    /// <summary>Bytes that <see cref="Sniff"/> needs at most.</summary>
    public const int SniffLength = 64;

    /// <summary>The name in <c>Completed.format</c> and in the reports.</summary>
    public static string Name(this EngineFormat format) => format switch
    {
        EngineFormat.Jpeg => "jpeg",
        EngineFormat.Png => "png",
        EngineFormat.WebP => "webp",
        EngineFormat.Tiff => "tiff",
        EngineFormat.Gif => "gif",
        EngineFormat.Heif => "heif",
        _ => "avif",
    };

    /// <summary>The registered media type.</summary>
    public static string MediaType(this EngineFormat format) => format switch
    {
        EngineFormat.Heif => "image/heic",
        _ => "image/" + format.Name(),
    };

    /// <summary>Recognises a format by its first bytes; <see langword="null"/> if it is none that the engine reads.</summary>
    public static EngineFormat? Sniff(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return EngineFormat.Jpeg;
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return EngineFormat.Png;
        }

        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
        {
            return EngineFormat.Gif;
        }

        if (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8))
        {
            return EngineFormat.WebP;
        }

        if (head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) || head.StartsWith("II+\0"u8) || head.StartsWith("MM\0+"u8))
        {
            return EngineFormat.Tiff;
        }

        return head.Length >= 16 && head[4..].StartsWith("ftyp"u8) ? SniffBrands(head) : null;
    }

    /// <summary>Whether this installation can both read and write the format.</summary>
    public static bool IsAvailable(this EngineFormat format)
    {
        var name = format switch
        {
            EngineFormat.Heif or EngineFormat.Avif => "heif",
            _ => format.Name(),
        };
        return NetVips.NetVips.TypeFind("VipsOperation", name + "load") != 0
            && NetVips.NetVips.TypeFind("VipsOperation", name + "save") != 0;
    }

    // ISO/IEC 14496-12: size, "ftyp", major brand, minor version, compatible brands.
    private static EngineFormat? SniffBrands(ReadOnlySpan<byte> head)
    {
        var brands = head[8..];
        var found = (EngineFormat?)null;
        for (var i = 0; i + 4 <= brands.Length; i += 4)
        {
            var brand = brands.Slice(i, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            {
                return EngineFormat.Avif;
            }

            if (brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("heim"u8)
                || brand.SequenceEqual("heis"u8) || brand.SequenceEqual("mif1"u8))
            {
                found = EngineFormat.Heif;
            }
        }

        return found;
    }
}
