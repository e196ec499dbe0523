using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client.Internal;

internal static partial class GrpcCallLog
{
    [LoggerMessage(1, LogLevel.Debug, "Starting gRPC call {Method} to {Address}.")]
    public static partial void Starting(ILogger logger, string method, Uri address);

    [LoggerMessage(2, LogLevel.Information, "gRPC call {Method} failed with status {StatusCode}: {Detail}")]
    public static partial void Failed(ILogger logger, string method, StatusCode statusCode, string detail, Exception? exception);
}
