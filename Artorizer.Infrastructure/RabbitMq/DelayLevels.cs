using System.Text;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>
/// Delays as binary numbers. A broker expires the messages of a queue from its head only, so a queue can hold but one
/// length of delay. There is one queue for each power of two, and a message passes through those whose powers add up to its
/// delay, from the longest down.
/// </summary>
/// <remarks>
/// Each level has a topic exchange. Its word of the routing key, <c>1</c> or <c>0</c>, tells whether the message goes
/// through the level's queue or straight to the next exchange; the queue dead-letters to that next exchange too.
/// </remarks>
internal static class DelayLevels
{
    /// <summary>2^28 units: 49 days.</summary>
    public const int Count = 28;

    /// <summary>Shortest delay; longer ones are multiples of it, rounded up.</summary>
    public static readonly TimeSpan Unit = TimeSpan.FromMilliseconds(16);

    /// <summary>Longest delay.</summary>
    public static readonly TimeSpan Longest = Unit * ((1L << Count) - 1);

    /// <summary>How long a message stays in the queue of a level.</summary>
    public static TimeSpan TimeOf(int level) => Unit * (1L << level);

    /// <summary>The way of a message.</summary>
    /// <param name="delay">More than zero.</param>
    /// <returns>The level to enter at, and the routing key.</returns>
    public static (int Level, string Key) Route(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, Longest);
        var units = (uint)((delay.Ticks + Unit.Ticks - 1) / Unit.Ticks);
        var key = new StringBuilder(2 * Count);
        for (var level = Count - 1; level >= 0; level--)
        {
            key.Append((units >> level & 1) == 1 ? '1' : '0').Append(level > 0 ? "." : "");
        }

        return (int.Log2((int)units), key.ToString());
    }

    /// <summary>What the keys have in common that pass through the queue of a level, or past it.</summary>
    public static string Pattern(int level, bool through) =>
        string.Concat(Enumerable.Repeat("*.", Count - 1 - level)) + (through ? "1" : "0") + (level > 0 ? ".#" : "");
}
