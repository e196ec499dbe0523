using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

internal static partial class GrpcServerLog
{
    [LoggerMessage(1, LogLevel.Information, "{Path} is unimplemented.")]
    public static partial void Unimplemented(ILogger logger, string? path);

    [LoggerMessage(2, LogLevel.Information, "{Method} ended with status {StatusCode}: {Detail}")]
    public static partial void EndedWithStatus(ILogger logger, string method, StatusCode statusCode, string detail, Exception? exception);

    [LoggerMessage(3, LogLevel.Information, "{Method} was cancelled.")]
    public static partial void Cancelled(ILogger logger, string method, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "{Method} threw an exception.")]
    public static partial void Failed(ILogger logger, string method, Exception exception);

    [LoggerMessage(5, LogLevel.Debug, "{Method} exceeded its deadline of {Timeout}.")]
    public static partial void DeadlineExceeded(ILogger logger, string method, TimeSpan timeout);

    [LoggerMessage(6, LogLevel.Debug, "The grpc-timeout header '{Value}' is invalid and ignored.")]
    public static partial void InvalidTimeout(ILogger logger, string? value);

    [LoggerMessage(7, LogLevel.Error, "{Method} could not be ended at its deadline.")]
    public static partial void DeadlineFailed(ILogger logger, string method, Exception exception);
}
