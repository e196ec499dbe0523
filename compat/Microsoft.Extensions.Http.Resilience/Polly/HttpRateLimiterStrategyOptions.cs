using Polly.RateLimiting;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Options of the rate limiter for HTTP requests.</summary>
public class HttpRateLimiterStrategyOptions : RateLimiterStrategyOptions;
