using System.Text;
using System.Text.Unicode;

namespace Artorizer.Contracts.Wire;

/// <summary>Text as every protocol but JSON has it: UTF-8 behind its length.</summary>
internal static class WireText
{
    /// <summary>Characters of a text whose length has one byte for sure: a character takes at most 3 bytes in UTF-8.</summary>
    public const int ShortLength = 42;

    /// <summary>Bytes that such a text takes at most, with the byte of its length.</summary>
    public const int ShortSize = 1 + (3 * ShortLength);

    /// <summary>The text.</summary>
    /// <exception cref="WireFormatException">It is not UTF-8.</exception>
    public static string Decode(ReadOnlySpan<byte> utf8) =>
        Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw new WireFormatException("A text in the body is not UTF-8.");

    /// <summary>Writes a text of at most <see cref="ShortLength"/> characters behind its length in one byte, in one pass.</summary>
    /// <returns>Bytes written.</returns>
    public static int EncodeShort(string text, Span<byte> room)
    {
        var length = Encoding.UTF8.GetBytes(text, room[1..]);
        room[0] = (byte)length;
        return length + 1;
    }
}
