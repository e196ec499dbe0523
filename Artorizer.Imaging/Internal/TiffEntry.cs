namespace Artorizer.Imaging.Internal;

/// <summary>One entry of a TIFF directory (TIFF 6.0, section 2): a tag and where its values are.</summary>
internal readonly struct TiffEntry
{
    private readonly TiffByteOrder _order;
    private readonly ulong _field;

    private TiffEntry(TiffByteOrder order, ReadOnlySpan<byte> data)
    {
        _order = order;
        Tag = (ushort)order.Read(data, 2);
        (ElementSize, IsInteger) = order.Read(data[2..], 2) switch
        {
            1 => (1, true), // BYTE
            3 => (2, true), // SHORT
            4 or 13 => (4, true), // LONG, IFD
            16 or 18 => (8, true), // LONG8, IFD8
            2 or 6 or 7 => (1, false), // ASCII, SBYTE, UNDEFINED
            8 => (2, false), // SSHORT
            9 or 11 => (4, false), // SLONG, FLOAT
            5 or 10 or 12 or 17 => (8, false), // RATIONAL, SRATIONAL, DOUBLE, SLONG8
            _ => (0, false),
        };
        Count = order.Read(data[4..], order.OffsetSize);
        var field = data[(4 + order.OffsetSize)..];
        IsInline = (UInt128)Count * (uint)ElementSize <= (uint)order.OffsetSize;
        Offset = IsInline ? 0 : order.Read(field, order.OffsetSize);

        // Kept as it lies in the file, so that the values in it can be read one by one.
        _field = order.Read(field, order.OffsetSize);
    }

    public ushort Tag { get; }

    /// <summary>Bytes of one value; 0 for an unknown type.</summary>
    public int ElementSize { get; }

    /// <summary>Whether the values are unsigned integers.</summary>
    public bool IsInteger { get; }

    public ulong Count { get; }

    /// <summary>Whether the values are in the entry itself.</summary>
    public bool IsInline { get; }

    /// <summary>Where the values begin, if they are not inline.</summary>
    public ulong Offset { get; }

    /// <summary>Where the values end in the file; the largest number if that is beyond any file; 0 if they are inline.</summary>
    public ulong End => IsInline ? 0 : (ulong)UInt128.Min(Offset + ((UInt128)Count * (uint)ElementSize), ulong.MaxValue);

    public static TiffEntry Read(TiffByteOrder order, ReadOnlySpan<byte> data) => new(order, data);

    /// <summary>The value of this index, or <see langword="null"/> if it is not an integer within the entry.</summary>
    public ulong? InlineValue(ulong index)
    {
        if (!IsInteger || !IsInline || index >= Count)
        {
            return null;
        }

        // The field was read as one number; in big-endian files the first value is its upper end.
        var bits = ElementSize * 8;
        var shift = (int)index * bits;
        var fieldBits = _order.OffsetSize * 8;
        var value = _field >> (_order.IsLittleEndian ? shift : fieldBits - bits - shift);
        return bits == 64 ? value : value & ((1UL << bits) - 1);
    }
}
