namespace Artorizer.Worker.Execution;

/// <summary>
/// How long to wait before the next attempt: exponential, with full jitter in its upper half so that jobs that failed
/// together do not return together.
/// </summary>
internal static class RetrySchedule
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);

    /// <param name="failedAttempts">From 1.</param>
    /// <param name="options">First and longest wait.</param>
    /// <param name="random">0..1.</param>
    public static TimeSpan Delay(int failedAttempts, WorkerOptions options, double random)
    {
        var full = options.RetryDelay * Math.Pow(2, Math.Min(failedAttempts - 1, 30));
        var bounded = full < options.MaxRetryDelay ? full : options.MaxRetryDelay;
        return bounded * (0.5 + (random / 2));
    }

    /// <summary>How long to wait before looking again for what could not be reached: half of the time waited so far, with the same jitter.</summary>
    /// <param name="waited">Since it was first found missing.</param>
    /// <param name="options">Longest wait.</param>
    /// <param name="random">0..1.</param>
    public static TimeSpan WaitDelay(TimeSpan waited, WorkerOptions options, double random)
    {
        var full = TimeSpan.FromTicks(Math.Clamp(waited.Ticks / 2, FirstWait.Ticks, Math.Max(FirstWait.Ticks, options.MaxWaitDelay.Ticks)));
        return full * (0.5 + (random / 2));
    }
}
