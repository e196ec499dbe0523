using System.Globalization;
using System.Text;
using Artorizer.Router.Errors;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Grpc.Core.Status;

namespace Artorizer.Router.Grpc;

/// <summary>
/// Refusals in gRPC's terms: what is an HTTP status and <c>Retry-After</c> there is a status code and the trailer
/// <c>retry-after</c> here.
/// </summary>
internal static class GrpcRefusals
{
    private const string MediaType = "application/grpc";
    private const string Domain = "artorizer";
    private const string RetryAfter = "retry-after";

    /// <summary>The refusal with its code, and everything that is wrong, as details of Google's error model.</summary>
    public static RpcException Of(ApiException e)
    {
        var trailers = new Metadata();
        trailers.SetRpcStatus(Details(e));
        if (e.RetryAfter is { } wait)
        {
            trailers.Add(RetryAfter, RetryAfterSeconds.Of(wait));
        }

        return new RpcException(new Status(Code(e.Status), Text(e)), trailers);
    }

    /// <summary>Whether the answer must be one of gRPC.</summary>
    public static bool Expects(HttpContext http) =>
        http.Request.ContentType?.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) == true && HttpProtocol.IsHttp2(http.Request.Protocol);

    /// <summary>
    /// Answers a call that did not come as far as its service, by headers alone, which clients take for trailers ("Trailers-Only"
    /// in PROTOCOL-HTTP2.md).
    /// </summary>
    public static Task WriteAsync(HttpContext http, ApiException e)
    {
        var response = http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = MediaType;
        response.Headers["grpc-status"] = ((int)Code(e.Status)).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Encoded(Text(e));
        if (e.RetryAfter is { } wait)
        {
            response.Headers[RetryAfter] = RetryAfterSeconds.Of(wait);
        }

        return response.CompleteAsync();
    }

    // google/rpc/status.proto and error_details.proto, in the trailer grpc-status-details-bin, which clients of many languages read.
    private static Google.Rpc.Status Details(ApiException e)
    {
        var status = new Google.Rpc.Status { Code = (int)Code(e.Status), Message = Text(e) };
        status.Details.Add(Any.Pack(new ErrorInfo { Reason = e.Code, Domain = Domain }));
        if (e.Errors.Count > 0)
        {
            var request = new BadRequest();
            request.FieldViolations.Add(e.Errors.Select(static error => new BadRequest.Types.FieldViolation
            {
                Field = error.Field,
                Description = error.Message,
                Reason = error.Code,
            }));
            status.Details.Add(Any.Pack(request));
        }

        return status;
    }

    private static string Text(ApiException e) => e.Detail.StartsWith(e.Error, StringComparison.Ordinal) ? e.Detail : $"{e.Error}: {e.Detail}";

    private static StatusCode Code(int status) => status switch
    {
        400 or 413 or 415 or 416 or 422 => StatusCode.InvalidArgument,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.NotFound,
        408 or 504 => StatusCode.DeadlineExceeded,
        409 => StatusCode.FailedPrecondition,
        429 => StatusCode.ResourceExhausted,
        503 => StatusCode.Unavailable,
        507 => StatusCode.ResourceExhausted,
        _ => StatusCode.Internal,
    };

    // Percent-encoding of all but printable ASCII, and of the percent sign itself.
    private static string Encoded(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(
        b => b is >= 0x20 and <= 0x7E and not (byte)'%' ? ((char)b).ToString() : $"%{b:X2}"));
}
