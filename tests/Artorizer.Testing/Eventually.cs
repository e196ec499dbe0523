using System.Diagnostics;

namespace Artorizer.Testing;

/// <summary>Waits for what comes by itself, but at no exact time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns once a condition holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="limit">How long at most; a minute by default.</param>
    /// <param name="found">What is the case instead, for the message.</param>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static Task TrueAsync(Func<bool> condition, TimeSpan? limit = null, Func<string>? found = null) =>
        TrueAsync(() => Task.FromResult(condition()), limit, found);

    /// <inheritdoc cref="TrueAsync(Func{bool}, TimeSpan?, Func{string}?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? limit = null, Func<string>? found = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed >= (limit ?? Timeout))
            {
                throw new TimeoutException($"It did not come about in {clock.Elapsed.TotalSeconds:0} s. {found?.Invoke()}");
            }

            await Task.Delay(Pause);
        }
    }
}
