using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Internal;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads a call's outcome from an HTTP response.</summary>
internal static class ResponseStatus
{
    /// <summary>
    /// The status that the response's headers already tell: that of a trailers-only response, or why this is no gRPC
    /// response at all. Null when messages may follow.
    /// </summary>
    public static Status? FromHeaders(HttpResponseMessage response)
    {
        if (response.Version.Major < 2)
        {
            return new Status(StatusCode.Internal, $"Bad gRPC response. Response protocol downgraded to HTTP/{response.Version.ToString(2)}.");
        }

        if (TryRead(response.Headers, out var status))
        {
            return status;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new Status(FromHttp(response.StatusCode), $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}");
        }

        var contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
        return contentType switch
        {
            null => new Status(StatusCode.Cancelled, "Bad gRPC response. Response did not have a content-type header."),
            _ when !GrpcHeaders.IsGrpcContentType(contentType) =>
                new Status(StatusCode.Cancelled, $"Bad gRPC response. Invalid content-type value: {contentType}"),
            _ => null,
        };
    }

    /// <summary>The status in the trailers; only there once the body has been read to its end.</summary>
    public static Status FromTrailers(HttpResponseMessage response) =>
        TryRead(response.TrailingHeaders, out var status)
            ? status
            : new Status(StatusCode.Cancelled, "No grpc-status found on response.");

    public static Metadata ToMetadata(HttpResponseHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            if (name is [':', ..]
                || name.Equals(GrpcHeaders.Status, StringComparison.OrdinalIgnoreCase)
                || name.Equals(GrpcHeaders.Message, StringComparison.OrdinalIgnoreCase)
                || name.Equals(GrpcHeaders.Encoding, StringComparison.OrdinalIgnoreCase)
                || name.Equals(GrpcHeaders.AcceptEncoding, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            foreach (var value in values)
            {
                if (GrpcHeaders.IsBinary(name))
                {
                    BinaryHeader.AddTo(metadata, name, value);
                }
                else
                {
                    metadata.Add(name, value);
                }
            }
        }

        return metadata;
    }

    private static bool TryRead(HttpResponseHeaders headers, out Status status)
    {
        status = default;
        if (!headers.NonValidated.TryGetValues(GrpcHeaders.Status, out var values))
        {
            return false;
        }

        var code = values.ToString();
        if (!int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            status = new Status(StatusCode.Cancelled, $"Unexpected grpc-status value: {code}");
            return true;
        }

        var detail = headers.NonValidated.TryGetValues(GrpcHeaders.Message, out var message)
            ? PercentEncoding.Decode(message.ToString())
            : string.Empty;
        // "Clients must treat unknown codes as UNKNOWN" (doc/statuscodes.md).
        status = new Status(number <= (int)StatusCode.Unauthenticated ? (StatusCode)number : StatusCode.Unknown, detail);
        return true;
    }

    // https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
    private static StatusCode FromHttp(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.RequestHeaderFieldsTooLarge => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
            StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };
}
