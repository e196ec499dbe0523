using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;
using Google.Rpc;
using Grpc.Core;

namespace Artorizer.Client.Transport;

/// <summary>Failures over gRPC as <see cref="ArtorizerException"/>, under the HTTP status that the same refusal has.</summary>
internal static class GrpcFailures
{
    public static ArtorizerException Of(RpcException e, Uri server)
    {
        var text = e.Status.Detail;
        if (e.Status.DebugException is not null && e.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
        {
            return e.Status.DebugException switch
            {
                // The channel makes its connections by itself; what fails later is an IOException or an HttpRequestException.
                SocketException refused => new ArtorizerException($"No connection to {server}: {refused.Message}", e) { IsUnreachable = true },
                var lost when Inner<HttpRequestException>(lost) is { } failed => HttpFailures.OfConnection(failed, server),
                var unreadable when Inner<WireFormatException>(unreadable) is { } malformed =>
                    HttpFailures.Unreadable(malformed.Message, HttpStatusCode.OK, malformed),
                var lost => new ArtorizerException($"The connection to {server} was lost: {text}", lost),
            };
        }

        TimeSpan? wait = int.TryParse(e.Trailers.GetValue("retry-after"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
        var details = e.GetRpcStatus();
        FieldProblem[] errors =
        [
            .. details?.GetDetail<BadRequest>()?.FieldViolations.Select(static v => new FieldProblem(v.Field, v.Reason, v.Description)) ?? [],
        ];
        return new ArtorizerException(text.Length == 0 ? $"The server answered {e.StatusCode}." : text, e)
        {
            Status = Status(e.StatusCode, wait),
            RetryAfter = wait,
            Code = details?.GetDetail<ErrorInfo>()?.Reason,
            Field = errors is [{ Field: var first }, ..] ? first : null,
            Errors = errors,
        };
    }

    private static T? Inner<T>(Exception? e)
        where T : Exception
    {
        while (e is not null and not T)
        {
            e = e.InnerException;
        }

        return (T?)e;
    }

    // DeadlineExceeded is the client's own limit, or the server's; either way no answer came. What is exhausted is the rate,
    // and then there is a time to wait, or else the storage.
    private static int Status(StatusCode code, TimeSpan? wait) => code switch
    {
        StatusCode.InvalidArgument or StatusCode.OutOfRange => 400,
        StatusCode.Unauthenticated => 401,
        StatusCode.PermissionDenied => 403,
        StatusCode.NotFound => 404,
        StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.Aborted => 409,
        StatusCode.ResourceExhausted => wait is null ? 507 : 429,
        StatusCode.Unimplemented => 501,
        StatusCode.Unavailable => 503,
        StatusCode.DeadlineExceeded => 504,
        _ => 500,
    };
}
