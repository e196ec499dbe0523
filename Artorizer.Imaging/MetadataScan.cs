using System.Buffers.Binary;

namespace Artorizer.Imaging;

/// <summary>
/// Tells which kinds of metadata a file has, by its structure alone: to hold what was sent against what is delivered. Nothing is decoded or
/// inflated, and little more than headers is read. Of several pages it is the first that counts. No file makes it throw.
/// </summary>
public static class MetadataScan
{
    // The description of a HEIF file is not longer; see ImageInspector.
    private const int MaxDescription = 1 << 20;

    /// <summary>The kinds that a file has.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    public static MetadataKinds Of(string path, ImageFormat format)
    {
        using var file = File.OpenRead(path);
        return format.Id switch
        {
            "jpeg" => OfJpeg(file),
            "png" => OfPng(file),
            "webp" => OfWebP(file),
            "tiff" => TiffPages.FirstTags(file).Aggregate(MetadataKinds.None, (kinds, tag) => kinds | OfTag(tag)),
            "gif" => OfGif(file),
            _ => OfHeif(file),
        };
    }

    // ITU-T T.81, annex B; the signatures of EXIF 2.32 (4.7.2), XMP part 3 (1.1.3) and ICC.1 (B.4). IPTC is a resource of Photoshop's.
    private static MetadataKinds OfJpeg(FileStream file)
    {
        var kinds = MetadataKinds.None;
        var head = new byte[4];
        file.Position = 2;
        while (TryRead(file, head) && head[0] == 0xFF && head[1] is not (0xDA or 0xD9))
        {
            if (head[1] == 0xFF)
            {
                file.Position -= 3; // a fill byte
                continue;
            }

            var length = Math.Max(0, BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)) - 2);
            var next = file.Position + length;
            if (head[1] is 0xE1 or 0xE2 or 0xED)
            {
                kinds |= OfSegment(head[1], ReadUpTo(file, length));
            }

            file.Position = next;
        }

        return kinds;
    }

    private static MetadataKinds OfSegment(byte marker, ReadOnlySpan<byte> data) => marker switch
    {
        0xE1 when data.StartsWith("Exif\0"u8) => MetadataKinds.Exif,
        0xE1 when data.StartsWith("http://ns.adobe.com/xap/1.0/\0"u8) => MetadataKinds.Xmp,
        0xE1 when data.StartsWith("http://ns.adobe.com/xmp/extension/\0"u8) => MetadataKinds.ExtendedXmp,
        0xE2 when data.StartsWith("ICC_PROFILE\0"u8) => MetadataKinds.ColourProfile,
        0xE2 when data.StartsWith("MPF\0"u8) => MetadataKinds.Companions, // CIPA DC-007
        0xED when data.IndexOf("8BIM\u0004\u0004"u8) >= 0 => MetadataKinds.Iptc,
        _ => MetadataKinds.None,
    };

    // W3C PNG, third edition, §11.3; XMP part 3, §1.1.5; other metadata go as "raw profiles" of ImageMagick's, in hexadecimal digits.
    private static MetadataKinds OfPng(FileStream file)
    {
        var kinds = MetadataKinds.None;
        var head = new byte[8];
        file.Position = 8;
        while (TryRead(file, head))
        {
            var next = file.Position + BinaryPrimitives.ReadUInt32BigEndian(head) + 4;
            var type = head.AsSpan(4);
            if (type.SequenceEqual("eXIf"u8))
            {
                kinds |= MetadataKinds.Exif;
            }
            else if (type.SequenceEqual("iCCP"u8))
            {
                kinds |= MetadataKinds.ColourProfile;
            }
            else if (type.SequenceEqual("iTXt"u8) || type.SequenceEqual("zTXt"u8) || type.SequenceEqual("tEXt"u8))
            {
                kinds |= OfKeyword(ReadUpTo(file, 40));
            }

            file.Position = next;
        }

        return kinds;
    }

    private static MetadataKinds OfKeyword(ReadOnlySpan<byte> text) =>
        text.StartsWith("XML:com.adobe.xmp\0"u8) || text.StartsWith("Raw profile type xmp\0"u8) ? MetadataKinds.Xmp
        : text.StartsWith("Raw profile type iptc\0"u8) ? MetadataKinds.Iptc
        : text.StartsWith("Raw profile type exif\0"u8) || text.StartsWith("Raw profile type APP1\0"u8) ? MetadataKinds.Exif
        : MetadataKinds.None;

    // RFC 9649, §2.7
    private static MetadataKinds OfWebP(FileStream file)
    {
        var kinds = MetadataKinds.None;
        var head = new byte[8];
        file.Position = 12;
        while (TryRead(file, head))
        {
            var type = head.AsSpan(0, 4);
            kinds |= type.SequenceEqual("EXIF"u8) ? MetadataKinds.Exif
                : type.SequenceEqual("XMP "u8) ? MetadataKinds.Xmp
                : type.SequenceEqual("ICCP"u8) ? MetadataKinds.ColourProfile : MetadataKinds.None;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
            file.Position += length + (length & 1);
        }

        return kinds;
    }

    private static MetadataKinds OfTag(ushort tag) => tag switch
    {
        700 => MetadataKinds.Xmp,
        315 or 33432 => MetadataKinds.Credits,
        33723 => MetadataKinds.Iptc,
        34665 => MetadataKinds.Exif,
        34675 => MetadataKinds.ColourProfile,
        34853 => MetadataKinds.Position,
        _ => MetadataKinds.None,
    };

    // XMP part 3, §1.1.2. Whoever writes XMP into a GIF puts it before the first frame or after the last one.
    private static MetadataKinds OfGif(FileStream file)
    {
        var (start, end) = (ReadUpTo(file, MaxDescription), Array.Empty<byte>());
        if (file.Length > MaxDescription)
        {
            file.Position = Math.Max(MaxDescription, file.Length - MaxDescription);
            end = ReadUpTo(file, MaxDescription);
        }

        return start.AsSpan().IndexOf("XMP DataXMP"u8) >= 0 || end.AsSpan().IndexOf("XMP DataXMP"u8) >= 0 ? MetadataKinds.Xmp : MetadataKinds.None;
    }

    // ISO/IEC 23008-12, annex A: items of type Exif and of the content type of XMP, and the property of a profile, are named ahead.
    private static MetadataKinds OfHeif(FileStream file)
    {
        var head = ReadUpTo(file, MaxDescription).AsSpan();
        if (head.IndexOf("mdat"u8) is var data and > 0 && head[..data].IndexOf("meta"u8) > 0)
        {
            head = head[..data]; // what is described is over, and the coded pictures may hold any bytes
        }

        return (head.IndexOf("Exif\0"u8) >= 0 ? MetadataKinds.Exif : MetadataKinds.None)
            | (head.IndexOf("application/rdf+xml\0"u8) >= 0 ? MetadataKinds.Xmp : MetadataKinds.None)
            | (HasCompanions(head) ? MetadataKinds.Companions : MetadataKinds.None)
            | (head.IndexOf("colrprof"u8) >= 0 || head.IndexOf("colrrICC"u8) >= 0 ? MetadataKinds.ColourProfile : MetadataKinds.None);
    }

    // Items of the type of tone maps (ISO/IEC 23008-12:2025), and auxiliary pictures of Apple's and of ISO/IEC 23008-12, §6.5.8.
    private static bool HasCompanions(ReadOnlySpan<byte> description) =>
        description.IndexOf("tmap"u8) >= 0 || description.IndexOf(":aux:hdrgainmap"u8) >= 0
        || description.IndexOf(":aux:disparity"u8) >= 0 || description.IndexOf("urn:mpeg:hevc:2015:auxid:2"u8) >= 0
        || description.IndexOf("urn:mpeg:mpegB:cicp:systems:auxiliary:depth"u8) >= 0;

    private static bool TryRead(FileStream file, byte[] data) => file.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) == data.Length;

    private static byte[] ReadUpTo(FileStream file, int length)
    {
        var data = new byte[(int)Math.Min(length, Math.Max(0, file.Length - file.Position))];
        return data[..file.ReadAtLeast(data, data.Length, throwOnEndOfStream: false)];
    }
}
