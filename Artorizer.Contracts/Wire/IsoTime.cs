using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Artorizer.Contracts.Wire;

/// <summary>ISO 8601 as System.Text.Json writes it: as many digits of the second as it takes, and the offset.</summary>
internal static class IsoTime
{
    /// <summary>Bytes that the longest text takes.</summary>
    public const int MaxLength = 33;

    private const int FractionStart = 19;
    private const int OffsetStart = 27;

    /// <summary>Writes the text in UTF-8.</summary>
    /// <returns>Bytes written, at most <see cref="MaxLength"/>.</returns>
    public static int Format(DateTimeOffset value, Span<byte> output)
    {
        value.TryFormat(output, out var length, "O", CultureInfo.InvariantCulture);
        var end = OffsetStart;
        while (end > FractionStart && output[end - 1] is (byte)'0')
        {
            end--;
        }

        if (end == FractionStart + 1)
        {
            end = FractionStart;
        }

        output[OffsetStart..length].CopyTo(output[end..]);
        return end + length - OffsetStart;
    }

    /// <summary>The text as a string.</summary>
    public static string Format(DateTimeOffset value)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return Encoding.UTF8.GetString(text[..Format(value, text)]);
    }

    /// <summary>Reads what <see cref="Format(DateTimeOffset)"/> writes, and other ISO 8601 forms.</summary>
    /// <exception cref="WireFormatException">The text is no time.</exception>
    public static DateTimeOffset Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length == MaxLength && Utf8Parser.TryParse(text, out DateTimeOffset exact, out var consumed, 'O') && consumed == text.Length)
        {
            return exact;
        }

        return text.Length <= 2 * MaxLength
            && DateTimeOffset.TryParse(Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value)
            ? value
            : throw new WireFormatException("A time is not ISO 8601.");
    }

    /// <summary>Nanoseconds since 1970 in UTC; times before 1677 and after 2262 become the nearest that 64 bits hold.</summary>
    public static long ToUnixNanoseconds(DateTimeOffset value)
    {
        var ticks = (value.UtcDateTime - DateTime.UnixEpoch).Ticks;
        return ticks switch
        {
            > long.MaxValue / 100 => long.MaxValue,

            // The least value stands for "absent" in Cap'n Proto.
            < (long.MinValue + 1) / 100 => long.MinValue + 1,
            _ => ticks * 100,
        };
    }

    /// <summary>Undoes <see cref="ToUnixNanoseconds"/>.</summary>
    public static DateTimeOffset FromUnixNanoseconds(long value) => DateTimeOffset.UnixEpoch.AddTicks(value / 100);
}
