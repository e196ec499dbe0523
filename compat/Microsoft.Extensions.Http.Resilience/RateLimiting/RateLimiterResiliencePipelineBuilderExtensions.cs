using System.Threading.RateLimiting;
using Polly.RateLimiting;

namespace Polly;

/// <summary>Adds the rate limiter to a pipeline.</summary>
public static class RateLimiterResiliencePipelineBuilderExtensions
{
    /// <summary>Adds a rate limiter.</summary>
    public static TBuilder AddRateLimiter<TBuilder>(this TBuilder builder, RateLimiterStrategyOptions options)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);

        return builder.AddStrategy(
            context =>
            {
                var limiter = options.RateLimiter;
                if (limiter is null)
                {
                    // Lives as long as the pipeline, which lives as long as the process: a concurrency limiter holds no
                    // timer and no handle.
                    var concurrency = new ConcurrencyLimiter(options.DefaultRateLimiterOptions);
                    limiter = arguments => concurrency.AcquireAsync(1, arguments.Context.CancellationToken);
                }

                return new RateLimiterResilienceStrategy(limiter, options.OnRejected, context.Telemetry);
            },
            options);
    }
}
