using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>
/// The standard pipelines of a container, by name and key. They outlive the handlers, which a client factory renews every
/// two minutes: a breaker that is open stays open.
/// </summary>
internal sealed class StandardPipelines(
    IOptionsMonitor<HttpStandardResilienceOptions> options,
    IOptionsMonitor<PipelineSelectorOptions> selectors,
    ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<(string Name, string Key), Lazy<ResiliencePipeline<HttpResponseMessage>>> _pipelines = new();
    private readonly PipelineLog _log = new(loggers.CreateLogger("Polly"));

    public ResilienceHandler CreateHandler(string name)
    {
        if (selectors.Get(name).KeyOf is not { } keyOf)
        {
            return new ResilienceHandler(Get(name, string.Empty));
        }

        return new ResilienceHandler(request => Get(name, keyOf(request)));
    }

    private ResiliencePipeline<HttpResponseMessage> Get(string name, string key) =>
        _pipelines.GetOrAdd((name, key), id => new(() => Build(id.Name, id.Key))).Value;

    private ResiliencePipeline<HttpResponseMessage> Build(string name, string key)
    {
        var settings = options.Get(name);
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage>
        {
            Name = name,
            InstanceName = key,
            TelemetryListener = _log,
        };

        return builder
            .AddRateLimiter(settings.RateLimiter)
            .AddTimeout(settings.TotalRequestTimeout)
            .AddRetry(settings.Retry)
            .AddCircuitBreaker(settings.CircuitBreaker)
            .AddTimeout(settings.AttemptTimeout)
            .Build();
    }
}
