using System.Threading.RateLimiting;

namespace Polly.RateLimiting;

/// <summary>What <see cref="RateLimiterStrategyOptions.OnRejected"/> is given.</summary>
public readonly struct OnRateLimiterRejectedArguments(ResilienceContext context, RateLimitLease lease)
{
    /// <summary>The context of the execution.</summary>
    public ResilienceContext Context { get; } = context;

    /// <summary>The lease that was not acquired.</summary>
    public RateLimitLease Lease { get; } = lease;
}
