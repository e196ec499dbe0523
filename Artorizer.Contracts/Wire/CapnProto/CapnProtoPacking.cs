using System.Buffers.Binary;
using System.Numerics;

namespace Artorizer.Contracts.Wire.CapnProto;

/// <summary>Packing: each word as a byte that tells which of its bytes are not zero, and those bytes; runs of zero words and of full words counted.</summary>
/// <remarks>https://capnproto.org/encoding.html#packing.</remarks>
internal static class CapnProtoPacking
{
    private const int Word = 8;
    private const int MaxRun = 255;

    // Two bytes stand for up to 2 KiB of zeros. A body may unpack to this, and to some multiple of its own size.
    private const long FreeSize = 8 * 1024 * 1024;
    private const long Ratio = 16;

    /// <summary>Packs whole words.</summary>
    public static void Pack(scoped ReadOnlySpan<byte> words, ref WireBuffer output)
    {
        for (var i = 0; i < words.Length; i += Word)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(words[i..]);
            if (word == 0)
            {
                var zeros = ZeroRun(words[(i + Word)..]);
                output.Add(0);
                output.Add((byte)zeros);
                i += zeros * Word;
                continue;
            }

            var room = output.Reserve(Word + 2);
            var length = 1;
            var tag = 0;
            for (var bit = 0; bit < Word; bit++)
            {
                var b = words[i + bit];
                room[length] = b;
                if (b != 0)
                {
                    length++;
                    tag |= 1 << bit;
                }
            }

            room[0] = (byte)tag;
            output.Advance(length);
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
    /// <exception cref="WireFormatException">It breaks off, or is out of proportion.</exception>
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
            for (var bit = 0; bit < Word; bit++)
            {
                if ((tag & (1 << bit)) != 0)
                {
                    words[at + bit] = packed[i++];
                }
            }

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
        while (count < MaxRun && (count + 1) * Word <= words.Length && ZeroBytes(BinaryPrimitives.ReadUInt64LittleEndian(words[(count * Word)..])) <= 1)
        {
            count++;
        }

        return count;
    }

    private static int ZeroBytes(ulong word)
    {
        // The top bit of each byte that is not zero: its low bits carry into it, or it is set already.
        const ulong Low = 0x7f7f_7f7f_7f7f_7f7f;
        var nonZero = (((word & Low) + Low) | word) & ~Low;
        return Word - BitOperations.PopCount(nonZero);
    }
}
