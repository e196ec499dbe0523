using System.Globalization;
using StackExchange.Redis;

namespace Artorizer.Infrastructure.Redis;

/// <summary>Numbers and times as Redis has them.</summary>
internal static class RedisText
{
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static long Number(RedisValue value) => long.Parse(value.ToString(), CultureInfo.InvariantCulture);

    /// <summary>Microseconds since 1970: scores are doubles, which hold these exactly until the year 2255.</summary>
    public static string Score(DateTimeOffset time) => Number((time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
}
