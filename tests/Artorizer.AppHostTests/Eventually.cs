using System.Diagnostics;

namespace Artorizer.AppHostTests;

/// <summary>Waits for what comes about by itself.</summary>
internal static class Eventually
{
    /// <summary>Asks again and again.</summary>
    /// <param name="condition">What must become true.</param>
    /// <param name="limit">For how long to ask.</param>
    /// <param name="found">What is the case instead, for the message.</param>
    public static async Task TrueAsync(Func<bool> condition, TimeSpan limit, Func<string> found)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < limit, found());
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
