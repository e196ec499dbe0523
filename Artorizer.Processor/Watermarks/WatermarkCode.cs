using System.Buffers.Binary;
using System.IO.Hashing;

namespace Artorizer.Processor.Watermarks;

/// <summary>
/// The code word of a payload: its 64 bits and a CRC-32 over them, 96 bits, each sent many times.
/// Decoding works on the summed evidence of all copies of a bit. A word counts only if its check matches,
/// so noise passes once in four thousand million tries.
/// </summary>
public static class WatermarkCode
{
    /// <summary>Bits of a code word.</summary>
    public const int Length = 96;

    // How many of the weakest bits may be wrong and still be found, by trying both values of each.
    private const int WeakBits = 8;

    // Keeps an all-zero word from having an all-zero check. As the length is fixed, it is the same as starting the CRC from another value.
    private const uint Domain = 0x2C7F2DBA;

    /// <summary>Bit <paramref name="index"/> of the code word of <paramref name="payload"/>.</summary>
    public static bool Bit(ulong payload, uint check, int index) =>
        index < 64 ? (payload >> index & 1) != 0 : (check >> (index - 64) & 1) != 0;

    /// <summary>The 32 check bits of a payload.</summary>
    public static uint Check(ulong payload)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, payload);
        return Crc32.HashToUInt32(bytes) ^ Domain;
    }

    /// <summary>Finds the payload whose check matches.</summary>
    /// <param name="evidence">One number for each bit: positive for 0, negative for 1, larger when surer.</param>
    /// <param name="repair">Also try words that differ in the weakest bits.</param>
    /// <param name="payload">The payload found.</param>
    public static bool TryDecode(ReadOnlySpan<float> evidence, bool repair, out ulong payload)
    {
        var (word, check) = (0ul, 0u);
        for (var i = 0; i < 64; i++)
        {
            word |= evidence[i] < 0 ? 1ul << i : 0;
        }

        for (var i = 0; i < 32; i++)
        {
            check |= evidence[64 + i] < 0 ? 1u << i : 0;
        }

        payload = word;
        return Check(word) == check || (repair && TryRepair(evidence, word, check, out payload));
    }

    private static bool TryRepair(ReadOnlySpan<float> evidence, ulong word, uint check, out ulong payload)
    {
        Span<int> order = stackalloc int[Length];
        Span<float> strength = stackalloc float[Length];
        for (var i = 0; i < Length; i++)
        {
            (order[i], strength[i]) = (i, Math.Abs(evidence[i]));
        }

        strength.Sort(order);
        for (var flips = 1; flips < 1 << WeakBits; flips++)
        {
            var (tryWord, tryCheck) = (word, check);
            for (var i = 0; i < WeakBits; i++)
            {
                if ((flips >> i & 1) != 0)
                {
                    tryWord ^= order[i] < 64 ? 1ul << order[i] : 0;
                    tryCheck ^= order[i] >= 64 ? 1u << (order[i] - 64) : 0;
                }
            }

            if (Check(tryWord) == tryCheck)
            {
                payload = tryWord;
                return true;
            }
        }

        payload = 0;
        return false;
    }
}
