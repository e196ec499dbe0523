using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Artorizer.Imaging;

/// <summary>
/// The SAC mask format: a 24-byte header and one or two arrays of 16-bit numbers, all little endian.
/// <code>
/// 0  "SAC1"        8  u32 length of A      24  int16[A]
/// 4  u8 flags      12 u32 length of B          int16[B], unless bit 0 of flags is set
/// 5  u8 type = 1   16 u32 width
/// 6  u8 arrays     20 u32 height
/// 7  u8 0
/// </code>
/// With a single array, B's length repeats A's. Width × height, unless 0, is the length of an array.
/// </summary>
public sealed class SacMask
{
    /// <summary>Media type of SAC files.</summary>
    public const string MediaType = "application/octet-stream";

    /// <summary>Bytes before the first array.</summary>
    public const int HeaderLength = 24;

    private const byte SingleArray = 1;
    private const byte Int16Type = 1;

    /// <summary>Creates a mask.</summary>
    /// <param name="a">The first array.</param>
    /// <param name="b">The second array, or <see langword="null"/> for a single-array mask.</param>
    /// <param name="width">Width in pixels, or 0 if the arrays are no image.</param>
    /// <param name="height">Height in pixels, or 0.</param>
    /// <exception cref="ArgumentException">Width × height is not 0 and not the length of each array.</exception>
    public SacMask(ReadOnlyMemory<short> a, ReadOnlyMemory<short>? b, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        var pixels = (long)width * height;
        if (pixels != 0 && (pixels != a.Length || (b is { } second && pixels != second.Length)))
        {
            throw new ArgumentException("Width × height must be the length of the arrays.", nameof(width));
        }

        (A, B, Width, Height) = (a, b, width, height);
    }

    /// <summary>The first array.</summary>
    public ReadOnlyMemory<short> A { get; }

    /// <summary>The second array; <see langword="null"/> in a single-array mask.</summary>
    public ReadOnlyMemory<short>? B { get; }

    /// <summary>Width in pixels, or 0.</summary>
    public int Width { get; }

    /// <summary>Height in pixels, or 0.</summary>
    public int Height { get; }

    /// <summary>Writes the header of a single-array mask; <paramref name="width"/> × <paramref name="height"/> numbers follow.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public static void WriteSingleHeader(Span<byte> destination, int width, int height)
    {
        var length = checked((uint)((long)width * height));
        WriteHeader(destination, SingleArray, 1, length, length, (uint)width, (uint)height);
    }

    /// <summary>Writes numbers in the order that the format has.</summary>
    public static void WriteValues(ReadOnlySpan<short> values, Span<byte> destination)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(destination);
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(destination[(2 * i)..], values[i]);
        }
    }

    /// <summary>Encodes the mask.</summary>
    public byte[] Encode()
    {
        var lengthOfB = B?.Length ?? A.Length;
        var result = new byte[HeaderLength + (2L * A.Length) + (2L * (B?.Length ?? 0))];
        var (flags, arrays) = B is null ? (SingleArray, (byte)1) : ((byte)0, (byte)2);
        WriteHeader(result, flags, arrays, (uint)A.Length, (uint)lengthOfB, (uint)Width, (uint)Height);
        WriteValues(A.Span, result.AsSpan(HeaderLength));
        if (B is { } second)
        {
            WriteValues(second.Span, result.AsSpan(HeaderLength + (2 * A.Length)));
        }

        return result;
    }

    /// <summary>Decodes a complete file.</summary>
    /// <exception cref="InvalidDataException">It is not one: the message says why.</exception>
    public static SacMask Decode(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderLength || !file.StartsWith("SAC1"u8))
        {
            throw new InvalidDataException("Not a SAC file.");
        }

        var single = (file[4] & SingleArray) != 0;
        var a = BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        var b = BinaryPrimitives.ReadUInt32LittleEndian(file[12..]);
        var width = BinaryPrimitives.ReadUInt32LittleEndian(file[16..]);
        var height = BinaryPrimitives.ReadUInt32LittleEndian(file[20..]);
        if ((file[4] & ~SingleArray) != 0 || file[5] != Int16Type || file[7] != 0)
        {
            throw new InvalidDataException("The SAC header has unknown flags or an unknown type.");
        }

        if (file[6] != (single ? 1 : 2) || (single && a != b))
        {
            throw new InvalidDataException("The SAC header contradicts itself.");
        }

        if (file.Length != HeaderLength + (2L * a) + (single ? 0 : 2L * b))
        {
            throw new InvalidDataException("The SAC file has not the length that its header says.");
        }

        var pixels = (ulong)width * height;
        if (width > int.MaxValue || height > int.MaxValue || (pixels != 0 && (pixels != a || pixels != b)))
        {
            throw new InvalidDataException("The SAC file's width and height do not fit its arrays.");
        }

        var first = ReadValues(file.Slice(HeaderLength, 2 * (int)a));
        return new SacMask(first, single ? (ReadOnlyMemory<short>?)null : ReadValues(file[(HeaderLength + (2 * (int)a))..]), (int)width, (int)height);
    }

    private static void WriteHeader(Span<byte> header, byte flags, byte arrays, uint a, uint b, uint width, uint height)
    {
        "SAC1"u8.CopyTo(header);
        (header[4], header[5], header[6], header[7]) = (flags, Int16Type, arrays, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], a);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], b);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], width);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], height);
    }

    private static ReadOnlyMemory<short> ReadValues(ReadOnlySpan<byte> bytes)
    {
        var values = new short[bytes.Length / 2];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]);
        }

        return values;
    }
}
