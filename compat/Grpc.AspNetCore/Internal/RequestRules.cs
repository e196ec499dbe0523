using Grpc.Core;
using Grpc.Net.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What a request must be before it is a gRPC call.</summary>
internal static class RequestRules
{
    /// <summary>Answers a request that is no gRPC call with the HTTP status that says why.</summary>
    public static bool TryRefuse(HttpContext http)
    {
        var request = http.Request;
        if (HttpMethods.IsOptions(request.Method))
        {
            http.Response.Headers.Allow = HttpMethods.Post;
            return Refuse(http, StatusCodes.Status405MethodNotAllowed, "Unhandled CORS preflight request received. CORS may not be configured correctly in the application.");
        }

        if (request.ContentType is null)
        {
            return Refuse(http, StatusCodes.Status415UnsupportedMediaType, "Content-Type is missing from the request.");
        }

        if (!GrpcHeaders.IsGrpcContentType(request.ContentType))
        {
            return Refuse(http, StatusCodes.Status415UnsupportedMediaType, $"Content-Type '{request.ContentType}' is not supported.");
        }

        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            http.Response.Headers[HeaderNames.Upgrade] = HttpProtocol.Http2;
            return Refuse(http, StatusCodes.Status426UpgradeRequired, $"Request protocol '{request.Protocol}' is not supported.");
        }

        return false;
    }

    private static bool Refuse(HttpContext http, int httpStatus, string detail)
    {
        http.Response.StatusCode = httpStatus;
        TrailerWriter.SetStatus(http.Response, new Status(StatusCode.Internal, detail));
        return true;
    }
}
