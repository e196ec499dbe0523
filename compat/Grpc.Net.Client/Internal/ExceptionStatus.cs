using System.Net.Sockets;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>What a failed connection or a reset stream means as a status.</summary>
internal static class ExceptionStatus
{
    public static Status From(string summary, Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is RpcException rpc)
            {
                return rpc.Status;
            }

            if (cause is HttpProtocolException protocol)
            {
                return new Status(FromHttp2Error(protocol.ErrorCode), Describe(summary, exception), exception);
            }
        }

        var code = exception is HttpRequestException or IOException or SocketException ? StatusCode.Unavailable : StatusCode.Internal;
        return new Status(code, Describe(summary, exception), exception);
    }

    // PROTOCOL-HTTP2.md, "HTTP2 Transport Mapping, Errors".
    private static StatusCode FromHttp2Error(long error) => error switch
    {
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM
        0x8 => StatusCode.Cancelled, // CANCEL
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };

    private static string Describe(string summary, Exception exception)
    {
        var text = $"{summary} {exception.GetType().Name}: {exception.Message}";
        for (var cause = exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            text += $" {cause.GetType().Name}: {cause.Message}";
        }

        return text;
    }
}
