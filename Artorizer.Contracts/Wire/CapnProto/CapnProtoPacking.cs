using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics.X86;

namespace Artorizer.Contracts.Wire.CapnProto;

/// <summary>
/// Packing: each word as a byte that tells which of its bytes are not zero, and those bytes; runs of zero words and of full words
/// counted.
/// </summary>
/// <remarks>https://capnproto.org/encoding.html#packing.</remarks>
internal static class CapnProtoPacking
{
    private const int Word = 8;
    private const int MaxRun = 255;
    private const ulong TopBits = 0x8080_8080_8080_8080;

    // Packed bytes are handed on in blocks of about this size.
    private const int BlockSize = 16 * 1024;

    // Two bytes stand for up to 2 KiB of zeros. A body may unpack to this, and to some multiple of its own size.
    private const long FreeSize = 8 * 1024 * 1024;
    private const long Ratio = 16;

    /// <summary>Packs whole words.</summary>
    public static void Pack(scoped ReadOnlySpan<byte> words, ref WireBuffer output)
    {
        for (var i = 0; i < words.Length; i += Word)
        {
            if (output.Length >= BlockSize)
            {
                output.Flush();
            }

            var word = BinaryPrimitives.ReadUInt64LittleEndian(words[i..]);
            if (word == 0)
            {
                var zeros = ZeroRun(words[(i + Word)..]);
                output.Add(0);
                output.Add((byte)zeros);
                i += zeros * Word;
                continue;
            }

            var room = output.Reserve(1 + Word);
            var tag = PackWord(word, room[1..]);
            room[0] = tag;
            output.Advance(1 + byte.PopCount(tag));
            if (tag == 0xff)
            {
                // Words with at most one zero byte are cheaper as they are.
                var plain = PlainRun(words[(i + Word)..]);
                output.Add((byte)plain);
                output.Add(words.Slice(i + Word, plain * Word));
                i += plain * Word;
            }
        }
    }

    /// <summary>Size of a packed message when unpacked.</summary>
    /// <exception cref="WireFormatException">It is truncated, or is out of proportion.</exception>
    public static int UnpackedLength(ReadOnlySpan<byte> packed)
    {
        long length = 0;
        for (var i = 0; i < packed.Length;)
        {
            var tag = packed[i++];
            length += Word;
            i += byte.PopCount(tag);
            if (tag is 0 or 0xff)
            {
                if (i >= packed.Length)
                {
                    throw Truncated();
                }

                length += packed[i] * Word;
                i += tag == 0 ? 1 : 1 + (packed[i] * Word);
            }

            if (i > packed.Length)
            {
                throw Truncated();
            }
        }

        return length <= Math.Min(FreeSize + (Ratio * packed.Length), Array.MaxLength)
            ? (int)length
            : throw new WireFormatException("The body unpacks to far more than its size.");
    }

    /// <summary>Unpacks into a block of <see cref="UnpackedLength"/>.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<byte> words)
    {
        words.Clear();
        var at = 0;
        for (var i = 0; i < packed.Length;)
        {
            var tag = packed[i++];
            i += UnpackWord(tag, packed[i..], words[at..]);
            at += Word;
            if (tag == 0)
            {
                at += packed[i++] * Word;
            }
            else if (tag == 0xff)
            {
                var run = packed[i++] * Word;
                packed.Slice(i, run).CopyTo(words[at..]);
                i += run;
                at += run;
            }
        }
    }

    /// <summary>Writes the bytes of a word that are not zero, and possibly some behind them.</summary>
    /// <returns>The tag: one bit for each byte of the word.</returns>
    private static byte PackWord(ulong word, Span<byte> room)
    {
        var nonZero = NonZero(word);
        if (Bmi2.X64.IsSupported)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(room, Bmi2.X64.ParallelBitExtract(word, (nonZero >> 7) * 0xff));
            return (byte)Bmi2.X64.ParallelBitExtract(nonZero, TopBits);
        }

        var tag = 0;
        var length = 0;
        for (var i = 0; i < Word; i++)
        {
            room[length] = (byte)(word >> (8 * i));
            if (room[length] != 0)
            {
                length++;
                tag |= 1 << i;
            }
        }

        return (byte)tag;
    }

    /// <summary>Puts the bytes of a word to where the tag has them.</summary>
    /// <returns>Bytes taken.</returns>
    private static int UnpackWord(byte tag, ReadOnlySpan<byte> packed, Span<byte> word)
    {
        var count = byte.PopCount(tag);
        if (Bmi2.X64.IsSupported && packed.Length >= Word)
        {
            var places = (Bmi2.X64.ParallelBitDeposit(tag, TopBits) >> 7) * 0xff;
            BinaryPrimitives.WriteUInt64LittleEndian(word, Bmi2.X64.ParallelBitDeposit(BinaryPrimitives.ReadUInt64LittleEndian(packed), places));
            return count;
        }

        for (var (i, from) = (0, 0); from < count; i++)
        {
            if ((tag & (1 << i)) != 0)
            {
                word[i] = packed[from++];
            }
        }

        return count;
    }

    private static WireFormatException Truncated() => new("The body ends in the middle of a packed word.");

    private static int ZeroRun(ReadOnlySpan<byte> words)
    {
        var rest = words[..Math.Min(words.Length, MaxRun * Word)];
        var end = rest.IndexOfAnyExcept((byte)0);
        return (end < 0 ? rest.Length : end) / Word;
    }

    private static int PlainRun(ReadOnlySpan<byte> words)
    {
        var count = 0;
        while (count < MaxRun
            && (count + 1) * Word <= words.Length
            && ZeroBytes(BinaryPrimitives.ReadUInt64LittleEndian(words[(count * Word)..])) <= 1)
        {
            count++;
        }

        return count;
    }

    private static int ZeroBytes(ulong word) => Word - BitOperations.PopCount(NonZero(word));

    // The top bit of each byte that is not zero: its low bits carry into it, or it is set already.
    private static ulong NonZero(ulong word) => (((word & ~TopBits) + ~TopBits) | word) & TopBits;
}
