namespace Artorizer.Processor.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(1, LogLevel.Information, "Job {JobId}: {Width} × {Height} {Format} protected in {Milliseconds:F0} ms")]
    internal static partial void Completed(this ILogger logger, string jobId, int width, int height, string format, double milliseconds);

    [LoggerMessage(2, LogLevel.Information, "Job {JobId} refused: {Code}, {Reason}")]
    internal static partial void Refused(this ILogger logger, string jobId, string code, string reason, Exception? exception);

    [LoggerMessage(3, LogLevel.Warning, "Job {JobId} failed for now: {Code}, {Reason}")]
    internal static partial void FailedForNow(this ILogger logger, string jobId, string code, string reason, Exception? exception);

    [LoggerMessage(4, LogLevel.Error, "Job {JobId} failed")]
    internal static partial void Failed(this ILogger logger, string jobId, Exception exception);

    [LoggerMessage(5, LogLevel.Information, "Job {JobId} was cancelled by its caller")]
    internal static partial void Cancelled(this ILogger logger, string jobId);

    [LoggerMessage(6, LogLevel.Debug, "Attempt {Attempt} to {Action} failed; trying again in {Delay}")]
    internal static partial void Retrying(this ILogger logger, int attempt, string action, TimeSpan delay, Exception exception);
}
