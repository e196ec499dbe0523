using System.Globalization;

namespace Artorizer.Processor.Analysis;

/// <summary>Bits as the reports print them.</summary>
internal static class HashText
{
    /// <summary>Bits in order, the first one highest, as <c>0x</c> and hexadecimal digits.</summary>
    internal static string FromBits(ReadOnlySpan<bool> bits)
    {
        Span<char> text = stackalloc char[2 + (bits.Length / 4)];
        (text[0], text[1]) = ('0', 'x');
        for (var i = 0; i < bits.Length / 4; i++)
        {
            var digit = 0;
            for (var bit = 0; bit < 4; bit++)
            {
                digit = (digit << 1) | (bits[(4 * i) + bit] ? 1 : 0);
            }

            digit.TryFormat(text[(2 + i)..], out _, "x", CultureInfo.InvariantCulture);
        }

        return new string(text);
    }
}
