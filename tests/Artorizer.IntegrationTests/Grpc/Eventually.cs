using System.Diagnostics;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>Waits for what must happen but at no exact time.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), what);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
