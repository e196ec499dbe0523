using System.Globalization;

namespace Grpc.Net.Internal;

/// <summary>The <c>grpc-timeout</c> header: at most eight digits and one of the units H, M, S, m, u, n.</summary>
internal static class GrpcTimeout
{
    private const long MaxValue = 99_999_999;

    /// <summary>The longest timeout that is kept, as in the other implementations: 99,999,999 seconds.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(MaxValue);

    /// <summary>Writes the timeout in the finest unit in which it fits, rounded up so that the server never gives up first.</summary>
    public static string Encode(TimeSpan timeout)
    {
        var ticks = Math.Max(timeout.Ticks, 1);
        return TryEncode(ticks, TimeSpan.TicksPerMicrosecond, 'u')
            ?? TryEncode(ticks, TimeSpan.TicksPerMillisecond, 'm')
            ?? TryEncode(ticks, TimeSpan.TicksPerSecond, 'S')
            ?? TryEncode(ticks, TimeSpan.TicksPerMinute, 'M')
            ?? TryEncode(ticks, TimeSpan.TicksPerHour, 'H')!;
    }

    public static bool TryDecode(string? header, out TimeSpan timeout)
    {
        timeout = default;
        if (header is not { Length: >= 2 and <= 9 }
            || !long.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        var ticks = header[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => value / TimeSpan.NanosecondsPerTick,
            _ => -1,
        };
        timeout = TimeSpan.FromTicks(Math.Min(ticks, Longest.Ticks));
        return ticks >= 0;
    }

    private static string? TryEncode(long ticks, long unit, char suffix)
    {
        var value = ((ticks - 1) / unit) + 1;
        return value <= MaxValue ? string.Create(CultureInfo.InvariantCulture, $"{value}{suffix}") : null;
    }
}
