using System.Buffers.Binary;
using System.Collections.Frozen;

namespace Artorizer.Imaging;

/// <summary>The formats that Artorizer takes in, and how to tell them by media type, by file name and by content.</summary>
public static class ImageFormats
{
    /// <summary>How many leading bytes <see cref="Sniff"/> looks at, at most.</summary>
    public const int SniffLength = 1024;

    /// <summary>JPEG: ITU-T T.81.</summary>
    public static ImageFormat Jpeg { get; } = new("JPEG", "image/jpeg", "jpg", ["image/jpg", "image/pjpeg", "image/jfif"], ["jpeg", "jpe", "jfif"]);

    /// <summary>PNG and APNG: W3C PNG, third edition.</summary>
    public static ImageFormat Png { get; } = new("PNG", "image/png", "png", ["image/x-png", "image/apng", "image/vnd.mozilla.apng"], ["apng"]);

    /// <summary>WebP, still or animated: RFC 9649.</summary>
    public static ImageFormat WebP { get; } = new("WebP", "image/webp", "webp", ["image/x-webp"], []);

    /// <summary>TIFF 6.0 and BigTIFF.</summary>
    public static ImageFormat Tiff { get; } = new(
        "TIFF", "image/tiff", "tif", ["image/tiff-fx", "image/tif", "image/x-tiff", "image/x-tif"], ["tiff"]);

    /// <summary>GIF 87a and 89a.</summary>
    public static ImageFormat Gif { get; } = new("GIF", "image/gif", "gif", [], []);

    /// <summary>AVIF: AV1 images in the container of ISO/IEC 23008-12.</summary>
    public static ImageFormat Avif { get; } = new("AVIF", "image/avif", "avif", ["image/avif-sequence"], ["avifs"]);

    /// <summary>HEIF: ISO/IEC 23008-12 with any other coding, in practice HEVC (HEIC).</summary>
    public static ImageFormat Heif { get; } = new(
        "HEIF", "image/heic", "heic", ["image/heif", "image/heic-sequence", "image/heif-sequence"], ["heif", "heics", "heifs", "hif"]);

    /// <summary>All of them, the commonest first.</summary>
    public static IReadOnlyList<ImageFormat> All { get; } = [Jpeg, Png, WebP, Tiff, Gif, Avif, Heif];

    private static readonly FrozenDictionary<string, ImageFormat> ByMediaType = All
        .SelectMany(format => format.MediaTypes, (format, name) => KeyValuePair.Create(name, format))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, ImageFormat> ByExtension = All
        .SelectMany(format => format.FileExtensions, (format, name) => KeyValuePair.Create(name, format))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the format of a <c>Content-Type</c>; parameters and letter case do not matter.</summary>
    /// <returns>The format, or <see langword="null"/> for any other type.</returns>
    public static ImageFormat? FromMediaType(string? mediaType)
    {
        if (mediaType is null)
        {
            return null;
        }

        var end = mediaType.IndexOf(';', StringComparison.Ordinal);
        return ByMediaType.GetValueOrDefault((end < 0 ? mediaType : mediaType[..end]).Trim());
    }

    /// <summary>Finds the format that a file name's extension stands for; letter case does not matter.</summary>
    /// <returns>The format, or <see langword="null"/> where the name has no extension or another one.</returns>
    public static ImageFormat? FromFileName(string? fileName)
    {
        if (fileName is null)
        {
            return null;
        }

        var dot = fileName.LastIndexOf('.');
        return dot < 0 ? null : ByExtension.GetValueOrDefault(fileName[(dot + 1)..].TrimEnd());
    }

    /// <summary>Tells a format by the first bytes of a file. It says what the file claims to be, not that it is whole.</summary>
    /// <param name="head">The file's first bytes: <see cref="SniffLength"/> of them, or the whole file if shorter.</param>
    /// <returns>The format, or <see langword="null"/> where the bytes are no known image's.</returns>
    public static ImageFormat? Sniff(ReadOnlySpan<byte> head) => TrySniff(head, out var format) ? format : null;

    /// <summary>
    /// Returns <see langword="false"/> while <paramref name="head"/> is too short to decide. Once it decides, more bytes never change the answer,
    /// so that it does not matter how a file is cut into chunks.
    /// </summary>
    internal static bool TrySniff(ReadOnlySpan<byte> head, out ImageFormat? format)
    {
        format = null;
        var undecided = false;
        if (Starts(head, [0xFF, 0xD8, 0xFF], ref undecided))
        {
            format = Jpeg;
        }
        else if (Starts(head, [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], ref undecided))
        {
            format = Png;
        }
        else if (Starts(head, "GIF87a"u8, ref undecided) || Starts(head, "GIF89a"u8, ref undecided))
        {
            format = Gif;
        }
        else if (Starts(head, "II*\0"u8, ref undecided) || Starts(head, "MM\0*"u8, ref undecided)
            || Starts(head, "II+\0"u8, ref undecided) || Starts(head, "MM\0+"u8, ref undecided))
        {
            format = Tiff;
        }
        else if (Starts(head, "RIFF"u8, ref undecided))
        {
            format = head.Length < 12 ? null : head[8..12].SequenceEqual("WEBP"u8) ? WebP : null;
            undecided |= head.Length < 12;
        }
        else if (head.Length < 8 || head[4..8].SequenceEqual("ftyp"u8))
        {
            // Four bytes of size come first. A prefix that differs from "ftyp" already is decided.
            var seen = head.Length <= 4 ? [] : head[4..Math.Min(8, head.Length)];
            if (!"ftyp"u8.StartsWith(seen))
            {
                return !undecided;
            }

            return TrySniffBrands(head, out format) && (format is not null || !undecided);
        }

        return format is not null || !undecided;
    }

    private static bool TrySniffBrands(ReadOnlySpan<byte> head, out ImageFormat? format)
    {
        format = null;
        if (head.Length < 4)
        {
            return false;
        }

        var size = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (size is < 16 or > SniffLength || size % 4 != 0)
        {
            return true;
        }

        if (head.Length < size)
        {
            return false;
        }

        // The major brand decides; the two generic ones of ISO/IEC 23008-12 say nothing of the coding, so there the compatible brands do.
        var major = head[8..12];
        var compatible = head[16..(int)size];
        if (IsAvifBrand(major))
        {
            format = Avif;
        }
        else if (IsHeicBrand(major))
        {
            format = Heif;
        }
        else if (major.SequenceEqual("mif1"u8) || major.SequenceEqual("msf1"u8) || major.SequenceEqual("mif2"u8))
        {
            format = Heif;
            for (var i = 0; i < compatible.Length; i += 4)
            {
                if (IsAvifBrand(compatible[i..(i + 4)]))
                {
                    format = Avif;
                }
            }
        }

        return true;
    }

    private static bool IsAvifBrand(ReadOnlySpan<byte> brand) => brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8);

    // heic, heix, heim, heis: still pictures; hevc, hevx, hevm, hevs: sequences (ISO/IEC 23008-12, annex B).
    private static bool IsHeicBrand(ReadOnlySpan<byte> brand) =>
        (brand.StartsWith("hei"u8) && "cxms"u8.Contains(brand[3])) || (brand.StartsWith("hev"u8) && "cxms"u8.Contains(brand[3]));

    private static bool Starts(ReadOnlySpan<byte> head, ReadOnlySpan<byte> signature, ref bool undecided)
    {
        if (head.Length >= signature.Length)
        {
            return head.StartsWith(signature);
        }

        undecided |= signature.StartsWith(head);
        return false;
    }
}
