using Polly;
using Polly.Retry;

namespace Artorizer.Client.Transport;

/// <summary>Which failures are tried again, and when.</summary>
internal sealed class RetryPolicies
{
    private readonly ArtorizerClientOptions _options;

    public RetryPolicies(ArtorizerClientOptions options)
    {
        _options = options;
        Repeatable = Build(e => e.IsTransient);
        IfNotProcessed = Build(e => e.WasNotProcessed);
    }

    /// <summary>For idempotent calls and those with an idempotency key.</summary>
    public ResiliencePipeline Repeatable { get; }

    /// <summary>For calls that are not idempotent: tried again only where the server certainly did nothing.</summary>
    public ResiliencePipeline IfNotProcessed { get; }

    private ResiliencePipeline Build(Func<ArtorizerException, bool> canRepeat)
    {
        if (_options.Retries == 0)
        {
            return ResiliencePipeline.Empty;
        }

        return new ResiliencePipelineBuilder { TimeProvider = _options.TimeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = _options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = _options.RetryDelay,
                MaxDelay = _options.MaxRetryDelay,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is ArtorizerException e && canRepeat(e) && !(e.RetryAfter > _options.MaxRetryDelay)),
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as ArtorizerException)?.RetryAfter),
            })
            .Build();
    }
}
