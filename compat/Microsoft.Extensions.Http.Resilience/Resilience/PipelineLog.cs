using Microsoft.Extensions.Logging;
using Polly.Telemetry;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Logs what the strategies of a pipeline do.</summary>
internal sealed partial class PipelineLog(ILogger logger) : TelemetryListener
{
    public override void Write<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args)
    {
        var level = args.Event.Severity switch
        {
            ResilienceEventSeverity.None => LogLevel.None,
            ResilienceEventSeverity.Debug => LogLevel.Debug,
            ResilienceEventSeverity.Information => LogLevel.Information,
            ResilienceEventSeverity.Warning => LogLevel.Warning,
            ResilienceEventSeverity.Error => LogLevel.Error,
            _ => LogLevel.Critical,
        };

        if (!logger.IsEnabled(level))
        {
            return;
        }

        object? result = null;
        Exception? exception = null;
        if (args.Outcome is { } outcome)
        {
            exception = outcome.Exception;
            result = outcome.Result is HttpResponseMessage response ? (int)response.StatusCode : exception?.Message;
        }

        EventOccurred(
            level, args.Event.EventName, args.Source.PipelineName, args.Source.PipelineInstanceName, args.Source.StrategyName,
            args.Context.OperationKey, result, exception);
    }

    [LoggerMessage(
        EventId = 0,
        EventName = "ResilienceEvent",
        Message = "Resilience event occurred. EventName: '{EventName}', Source: '{PipelineName}/{PipelineInstance}/{StrategyName}', Operation Key: '{OperationKey}', Result: '{Result}'")]
    private partial void EventOccurred(
        LogLevel level, string eventName, string? pipelineName, string? pipelineInstance, string? strategyName,
        string? operationKey, object? result, Exception? exception);
}
