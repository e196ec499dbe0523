using Artorizer.Infrastructure.RabbitMq;

namespace Artorizer.UnitTests.RabbitMq;

public sealed class DelayLevelsTests
{
    [Theory]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(400, 400)]
    [InlineData(60_000, 60_000)]
    [InlineData(86_399_999, 86_400_000)]
    [InlineData(30L * 86_400_000, 30L * 86_400_000)]
    public void The_levels_of_a_key_add_up_to_the_delay(long milliseconds, long expected)
    {
        var (entry, key) = DelayLevels.Route(TimeSpan.FromMilliseconds(milliseconds));

        var bits = key.Split('.');
        Assert.Equal(DelayLevels.Count, bits.Length);
        var total = TimeSpan.Zero;
        var highest = -1;
        for (var level = 0; level < DelayLevels.Count; level++)
        {
            if (bits[DelayLevels.Count - 1 - level] == "1")
            {
                total += DelayLevels.TimeOf(level);
                highest = level;
            }
        }

        Assert.Equal(expected, total.TotalMilliseconds);
        Assert.Equal(highest, entry);
    }

    [Fact]
    public void At_each_level_a_key_goes_either_through_or_past()
    {
        var (entry, key) = DelayLevels.Route(TimeSpan.FromSeconds(1234.5));
        for (var level = entry; level >= 0; level--)
        {
            Assert.NotEqual(Matches(DelayLevels.Pattern(level, through: true), key), Matches(DelayLevels.Pattern(level, through: false), key));
        }

        Assert.True(Matches(DelayLevels.Pattern(entry, through: true), key));
    }

    [Fact]
    public void What_is_no_delay_or_too_long_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => DelayLevels.Route(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => DelayLevels.Route(DelayLevels.Longest + TimeSpan.FromTicks(1)));
        Assert.Equal(DelayLevels.Count - 1, DelayLevels.Route(DelayLevels.Longest).Level);
    }

    // As a topic exchange does (AMQP 0-9-1, section 3.1.3.3): * is one word, # any number.
    private static bool Matches(string pattern, string key) =>
        System.Text.RegularExpressions.Regex.IsMatch(
            key, "^" + pattern.Replace(".#", "(\\..+)?", StringComparison.Ordinal).Replace("*.", "[01]\\.", StringComparison.Ordinal) + "$");
}
