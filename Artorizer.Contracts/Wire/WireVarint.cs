using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics.X86;

namespace Artorizer.Contracts.Wire;

/// <summary>
/// Numbers of 1 to 10 bytes, seven bits in each, the lowest first: the base 128 varints of Protobuf and of Thrift's compact
/// protocol.
/// </summary>
/// <remarks>
/// https://protobuf.dev/programming-guides/encoding/#varints. Where the processor has bit deposit and extract, up to eight bytes
/// are done at once.
/// </remarks>
internal static class WireVarint
{
    /// <summary>Bytes that the largest number takes.</summary>
    public const int MaxLength = 10;

    private const ulong Bits = 0x7f7f_7f7f_7f7f_7f7f;
    private const ulong More = 0x8080_8080_8080_8080;

    /// <summary>Bytes that a number takes.</summary>
    public static int Length(ulong value) => ((BitOperations.Log2(value | 1) * 9) + 73) >> 6;

    /// <summary>Writes a number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="room">At least <see cref="MaxLength"/> bytes; those behind the number may be written over.</param>
    /// <returns>Bytes that the number takes.</returns>
    public static int Write(ulong value, Span<byte> room)
    {
        if (value < 0x80)
        {
            room[0] = (byte)value;
            return 1;
        }

        if (Bmi2.X64.IsSupported && value < 1ul << 56)
        {
            var length = Length(value);
            var bytes = Bmi2.X64.ParallelBitDeposit(value, Bits) | (More & ((1ul << (8 * (length - 1))) - 1));
            BinaryPrimitives.WriteUInt64LittleEndian(room, bytes);
            return length;
        }

        return WriteExactly(value, room);
    }

    /// <summary>Writes a number and nothing behind it.</summary>
    /// <returns>Bytes that the number takes.</returns>
    public static int WriteExactly(ulong value, Span<byte> room)
    {
        var i = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[i++] = (byte)(value | 0x80);
        }

        room[i] = (byte)value;
        return i + 1;
    }

    /// <summary>Reads a number.</summary>
    /// <returns>Bytes that the number takes; 0 if <paramref name="input"/> ends within it, -1 if it goes on after the tenth.</returns>
    public static int Read(ReadOnlySpan<byte> input, out ulong value)
    {
        if (Bmi2.X64.IsSupported && input.Length >= sizeof(ulong))
        {
            var bytes = BinaryPrimitives.ReadUInt64LittleEndian(input);
            if ((~bytes & More) is var ends and not 0)
            {
                var length = (BitOperations.TrailingZeroCount(ends) / 8) + 1;
                value = Bmi2.X64.ParallelBitExtract(bytes, Bits & (ulong.MaxValue >> (64 - (8 * length))));
                return length;
            }
        }

        value = 0;
        for (var i = 0; i < MaxLength; i++)
        {
            if (i == input.Length)
            {
                return 0;
            }

            value |= (ulong)(input[i] & 0x7f) << (7 * i);
            if (input[i] < 0x80)
            {
                return i + 1;
            }
        }

        return -1;
    }
}
