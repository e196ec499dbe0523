using Polly;
using Polly.Retry;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Options of the retry for HTTP requests. Default: 3 retries, 2 s doubling, with jitter, after <c>Retry-After</c>.</summary>
public class HttpRetryStrategyOptions : RetryStrategyOptions<HttpResponseMessage>
{
    /// <summary>Starts with the defaults.</summary>
    public HttpRetryStrategyOptions()
    {
        ShouldHandle = static arguments =>
            new ValueTask<bool>(HttpClientResiliencePredicates.IsTransient(arguments.Outcome, arguments.Context.CancellationToken));
        BackoffType = DelayBackoffType.Exponential;
        UseJitter = true;
        ShouldRetryAfterHeader = true;
    }

    /// <summary>
    /// Whether to wait for as long as the answer's <c>Retry-After</c> says (RFC 9110, 10.2.3). Setting it replaces
    /// <see cref="RetryStrategyOptions{TResult}.DelayGenerator"/>. Default: true.
    /// </summary>
    public bool ShouldRetryAfterHeader
    {
        get;
        set
        {
            field = value;
            DelayGenerator = value ? static arguments => new ValueTask<TimeSpan?>(RetryAfter(arguments.Outcome.Result)) : null;
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage? response)
    {
        var header = response?.Headers.RetryAfter;
        var delay = header?.Delta ?? header?.Date - TimeProvider.System.GetUtcNow();

        // A date in the past means that the time has come.
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
    }
}
