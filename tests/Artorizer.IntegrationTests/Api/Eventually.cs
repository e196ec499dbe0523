using System.Diagnostics;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Waits for what comes by itself.</summary>
internal static class Eventually
{
    public static Task TrueAsync(Func<bool> condition, TimeSpan? limit = null) => TrueAsync(() => Task.FromResult(condition()), limit);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed < (limit ?? TimeSpan.FromMinutes(1)), "It did not come about.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
