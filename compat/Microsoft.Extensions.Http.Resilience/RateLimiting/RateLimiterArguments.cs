namespace Polly.RateLimiting;

/// <summary>What <see cref="RateLimiterStrategyOptions.RateLimiter"/> is given.</summary>
public readonly struct RateLimiterArguments(ResilienceContext context)
{
    /// <summary>The context of the execution.</summary>
    public ResilienceContext Context { get; } = context;
}
