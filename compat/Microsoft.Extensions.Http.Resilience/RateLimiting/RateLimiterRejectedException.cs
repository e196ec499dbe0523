namespace Polly.RateLimiting;

/// <summary>Thrown when the rate limiter refuses an execution.</summary>
public sealed class RateLimiterRejectedException : ExecutionRejectedException
{
    private const string DefaultMessage = "The operation could not be executed because it was rejected by the rate limiter.";

    public RateLimiterRejectedException()
        : base(DefaultMessage)
    {
    }

    public RateLimiterRejectedException(TimeSpan retryAfter)
        : base($"{DefaultMessage} It can be retried after '{retryAfter}'.") => RetryAfter = retryAfter;

    public RateLimiterRejectedException(string message)
        : base(message)
    {
    }

    public RateLimiterRejectedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>When to try again, if the limiter knows.</summary>
    public TimeSpan? RetryAfter { get; }
}
