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
        OnlyUndone = Build(e => e.IsUndone);
    }

    /// <summary>For idempotent calls and those with an idempotency key.</summary>
    public ResiliencePipeline Repeatable { get; }

    /// <summary>For calls whose repetition would do the work twice: tried again only where the server surely did nothing.</summary>
    public ResiliencePipeline OnlyUndone { get; }

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
