using Artorizer.Router.Errors;
using Microsoft.Extensions.Primitives;

namespace Artorizer.Router.Negotiation;

/// <summary>
/// Refuses bodies under a content coding (RFC 9110 §8.4). Read as they are they would be called broken, or, where the bytes are not looked
/// at, be kept; and to undo the coding would make a bomb of a few kilobytes out of any body.
/// </summary>
internal static class ContentCodings
{
    private const string Identity = "identity";

    public static void UseContentCodings(this WebApplication app) => app.Use((http, next) =>
    {
        if (!ReadsBody(http) || IsPlain(http.Request.Headers.ContentEncoding))
        {
            return next(http);
        }

        // RFC 9110 §15.5.16: tells this 415 from one about the media type.
        http.Response.Headers.AcceptEncoding = Identity;
        return ProblemResult.WriteAsync(http, new ApiException(
            StatusCodes.Status415UnsupportedMediaType,
            "Unsupported content encoding",
            "Bodies under a Content-Encoding are not read here. Send the body as it is, without that header.")
        {
            Code = ErrorCodes.UnsupportedContentEncoding,
        });
    });

    // What routing refuses is no route, and keeps its own answer. A gRPC call has its own grpc-encoding.
    private static bool ReadsBody(HttpContext http) =>
        http.GetEndpoint() is RouteEndpoint
        && (HttpMethods.IsPost(http.Request.Method) || HttpMethods.IsPut(http.Request.Method) || HttpMethods.IsPatch(http.Request.Method))
        && http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true;

    private static bool IsPlain(StringValues codings) => StringValues.IsNullOrEmpty(codings)
        || codings.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .All(coding => coding.Equals(Identity, StringComparison.OrdinalIgnoreCase));
}
