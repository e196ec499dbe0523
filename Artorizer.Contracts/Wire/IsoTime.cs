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
        if (TryParseUtc(text, out var exact))
        {
            return exact;
        }

        return text.Length <= 2 * MaxLength
            && DateTimeOffset.TryParse(Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value)
            ? value
            : throw new WireFormatException("A time is not ISO 8601.");
    }

    /// <summary>
    /// Reads the form that almost all texts have, <c>2026-03-01T12:30:15.123+00:00</c> or with <c>Z</c>, without a string in
    /// between.
    /// </summary>
    private static bool TryParseUtc(ReadOnlySpan<byte> text, out DateTimeOffset value)
    {
        value = default;
        var end = text.EndsWith("+00:00"u8) ? text.Length - 6 : text.EndsWith("Z"u8) ? text.Length - 1 : 0;
        if (end < FractionStart || end > OffsetStart || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        var year = Digits(text[..4]);
        var month = Digits(text[5..7]);
        var day = Digits(text[8..10]);
        var hour = Digits(text[11..13]);
        var minute = Digits(text[14..16]);
        var second = Digits(text[17..19]);
        var fraction = 0;
        if (end > FractionStart)
        {
            fraction = text[FractionStart] == '.' ? Digits(text[(FractionStart + 1)..end]) : -1;
            for (var i = end; i < OffsetStart; i++)
            {
                fraction *= 10;
            }
        }

        if (year < 1 || month is < 1 or > 12 || day < 1 || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59 || fraction < 0
            || end == FractionStart + 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        value = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).AddTicks(fraction);
        return true;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var number = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit((char)c))
            {
                return -1;
            }

            number = (number * 10) + c - '0';
        }

        return number;
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
    public static DateTimeOffset FromUnixNanoseconds(long value) => new(DateTime.UnixEpoch.Ticks + (value / 100), TimeSpan.Zero);
}
