using System.Buffers.Binary;

namespace Artorizer.Imaging.Internal;

/// <summary>Reads the integers of one TIFF file, classic or big, in its byte order.</summary>
internal readonly record struct TiffByteOrder(bool IsLittleEndian, bool IsBig)
{
    /// <summary>Bytes of an offset, and of the value field of a directory entry.</summary>
    public int OffsetSize => IsBig ? 8 : 4;

    /// <summary>Bytes of the number of entries at the start of a directory.</summary>
    public int EntryCountSize => IsBig ? 8 : 2;

    /// <summary>Bytes of a directory entry.</summary>
    public int EntrySize => IsBig ? 20 : 12;

    /// <summary>Reads the number at the start, which is <paramref name="size"/> (1, 2, 4 or 8) bytes long.</summary>
    public ulong Read(ReadOnlySpan<byte> data, int size) => size switch
    {
        1 => data[0],
        2 => IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(data) : BinaryPrimitives.ReadUInt16BigEndian(data),
        4 => IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(data) : BinaryPrimitives.ReadUInt32BigEndian(data),
        _ => IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(data) : BinaryPrimitives.ReadUInt64BigEndian(data),
    };
}
