using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;

namespace Polly.RateLimiting;

/// <summary>Options of the rate limiter strategy.</summary>
public class RateLimiterStrategyOptions : ResilienceStrategyOptions
{
    /// <summary>Starts with the package's name for the strategy.</summary>
    public RateLimiterStrategyOptions() => Name = "RateLimiter";

    /// <summary>Takes a lease for each execution. Default: null, so that <see cref="DefaultRateLimiterOptions"/> apply.</summary>
    public Func<RateLimiterArguments, ValueTask<RateLimitLease>>? RateLimiter { get; set; }

    /// <summary>The limit of concurrent executions. Default: 1,000, and no queue.</summary>
    [Required]
    public ConcurrencyLimiterOptions DefaultRateLimiterOptions { get; set; } = new()
    {
        PermitLimit = 1000,
        QueueLimit = 0,
    };

    /// <summary>Called for each refused execution. Default: null.</summary>
    public Func<OnRateLimiterRejectedArguments, ValueTask>? OnRejected { get; set; }
}
