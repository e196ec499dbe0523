using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Checks that the members fit together.</summary>
internal sealed class HttpStandardResilienceOptionsCustomValidator : IValidateOptions<HttpStandardResilienceOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpStandardResilienceOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        var attempt = options.AttemptTimeout.Timeout;

        if (attempt > options.TotalRequestTimeout.Timeout)
        {
            result.AddError(FormattableString.Invariant(
                $"TotalRequestTimeout ({options.TotalRequestTimeout.Timeout.TotalSeconds} s) must not be shorter than AttemptTimeout ({attempt.TotalSeconds} s)."));
        }

        // A shorter window could never see two attempts that time out.
        if (options.CircuitBreaker.SamplingDuration < attempt * 2)
        {
            result.AddError(FormattableString.Invariant(
                $"CircuitBreaker.SamplingDuration ({options.CircuitBreaker.SamplingDuration.TotalSeconds} s) must be at least twice AttemptTimeout ({attempt.TotalSeconds} s)."));
        }

        return result.Build();
    }
}
