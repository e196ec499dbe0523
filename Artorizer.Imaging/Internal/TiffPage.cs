namespace Artorizer.Imaging.Internal;

/// <summary>What a directory says of its page (TIFF 6.0, section 8; supplement 2 for the old JPEG tags).</summary>
internal struct TiffPage
{
    private const ushort NewSubfileType = 254;
    private const ushort OldSubfileType = 255;
    private const ushort ImageWidth = 256;
    private const ushort ImageLength = 257;
    private const ushort SampleBits = 258;
    private const ushort StripOffsets = 273;
    private const ushort StripByteCounts = 279;
    private const ushort TileOffsets = 324;
    private const ushort TileByteCounts = 325;
    private const ushort ExtraSamples = 338;
    private const ushort JpegOffset = 513;
    private const ushort JpegLength = 514;

    /// <summary>Whether it is a smaller copy of another page, or a mask of one.</summary>
    public bool IsCopy { get; private set; }

    public ulong Width { get; private set; }

    public ulong Height { get; private set; }

    public ulong? BitsPerSample { get; private set; }

    public bool HasAlpha { get; private set; }

    /// <summary>Where the strips or tiles begin.</summary>
    public TiffEntry Offsets { get; private set; }

    /// <summary>How long they are.</summary>
    public TiffEntry ByteCounts { get; private set; }

    /// <summary>Whether the page says where its data is.</summary>
    public readonly bool HasData => Offsets is { IsInteger: true, Count: > 0 };

    /// <summary>Where the last of the values ends that are kept outside the directory.</summary>
    public ulong RequiredLength { get; private set; }

    public static TiffPage Read(TiffByteOrder order, ReadOnlySpan<byte> entries, int count)
    {
        var page = default(TiffPage);
        for (var i = 0; i < count; i++)
        {
            page.Add(TiffEntry.Read(order, entries[(i * order.EntrySize)..]));
        }

        return page;
    }

    private void Add(in TiffEntry entry)
    {
        RequiredLength = Math.Max(RequiredLength, entry.End);
        switch (entry.Tag)
        {
            // Bit 0: of reduced resolution; bit 2: a transparency mask.
            case NewSubfileType:
                IsCopy |= ((entry.InlineValue(0) ?? 0) & 0b101) != 0;
                break;

            case OldSubfileType:
                IsCopy |= entry.InlineValue(0) == 2;
                break;

            case ImageWidth:
                Width = entry.InlineValue(0) ?? 0;
                break;

            case ImageLength:
                Height = entry.InlineValue(0) ?? 0;
                break;

            // Of more than two (in BigTIFF four) samples the bits are elsewhere.
            case SampleBits:
                BitsPerSample = entry.InlineValue(0);
                break;

            // 1 and 2 are alpha, with and without premultiplied colours; 0 is anything.
            case ExtraSamples:
                HasAlpha = entry.InlineValue(0) is 1 or 2;
                break;

            case StripOffsets or TileOffsets:
                Offsets = entry;
                break;

            case StripByteCounts or TileByteCounts:
                ByteCounts = entry;
                break;

            case JpegOffset when !HasData:
                Offsets = entry;
                break;

            case JpegLength when ByteCounts.Count == 0:
                ByteCounts = entry;
                break;
        }
    }
}
