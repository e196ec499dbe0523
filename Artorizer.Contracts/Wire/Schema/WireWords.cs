using System.Runtime.InteropServices;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>
/// Texts that recur, such as names of steps and states, so that reading many messages does not make as many strings. A small
/// table in which a newer word takes the place of an older one, so whatever is sent it neither grows nor slows.
/// </summary>
internal static class WireWords
{
    private const int Size = 512;
    private const int MaxLength = 32;

    private static readonly Word?[] Words = new Word?[Size];

    /// <summary>The text in <paramref name="utf8"/>.</summary>
    /// <exception cref="WireFormatException">It is not UTF-8.</exception>
    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxLength)
        {
            return WireText.Decode(utf8);
        }

        ref var place = ref Words[Hash(utf8)];
        if (place is { } word && utf8.SequenceEqual(word.Utf8))
        {
            return word.Text;
        }

        var text = WireText.Decode(utf8);
        place = new Word(utf8.ToArray(), text);
        return text;
    }

    // First and last four bytes and the length tell the words in use apart well enough.
    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = (uint)utf8.Length;
        if (utf8.Length >= sizeof(uint))
        {
            hash ^= MemoryMarshal.Read<uint>(utf8) ^ uint.RotateLeft(MemoryMarshal.Read<uint>(utf8[^sizeof(uint)..]), 13);
        }
        else
        {
            foreach (var b in utf8)
            {
                hash = (hash << 8) | b;
            }
        }

        return (hash * 0x9e37_79b1) >> (32 - 9);
    }

    private sealed record Word(byte[] Utf8, string Text);
}
