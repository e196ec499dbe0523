using Polly.CircuitBreaker;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>
/// Options of the circuit breaker for HTTP requests. Default: open for 5 s when 10 % of at least 100 requests in 30 s failed.
/// </summary>
public class HttpCircuitBreakerStrategyOptions : CircuitBreakerStrategyOptions<HttpResponseMessage>
{
    /// <summary>Starts with <see cref="HttpClientResiliencePredicates"/> as what counts as failure.</summary>
    public HttpCircuitBreakerStrategyOptions() =>
        ShouldHandle = static arguments => new ValueTask<bool>(HttpClientResiliencePredicates.IsTransient(arguments.Outcome));
}
