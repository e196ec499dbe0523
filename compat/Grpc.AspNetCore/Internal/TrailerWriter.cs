using System.Globalization;
using Grpc.Core;
using Grpc.Net.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Writes status and trailers: after the messages, or, when nothing was sent yet, as headers (Trailers-Only).</summary>
internal static class TrailerWriter
{
    public static void SetStatus(HttpResponse response, Status status) => SetStatus(Destination(response), status);

    public static void Set(HttpResponse response, Status status, Metadata? trailers)
    {
        var destination = Destination(response);
        Append(destination, trailers);
        SetStatus(destination, status);
    }

    public static void Append(IHeaderDictionary destination, Metadata? metadata)
    {
        foreach (var entry in metadata ?? Metadata.Empty)
        {
            try
            {
                // Not the Append extension, which drops empty values.
                destination[entry.Key] = StringValues.Concat(destination[entry.Key], entry.IsBinary ? BinaryHeader.Encode(entry) : entry.Value);
            }
            catch (InvalidOperationException exception)
            {
                // Kestrel refuses control characters and the like.
                throw new InvalidOperationException($"Error adding response header or trailer '{entry.Key}'.", exception);
            }
        }
    }

    private static void SetStatus(IHeaderDictionary destination, Status status)
    {
        destination[GrpcHeaders.Status] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (string.IsNullOrEmpty(status.Detail))
        {
            destination.Remove(GrpcHeaders.Message);
        }
        else
        {
            destination[GrpcHeaders.Message] = PercentEncoding.Encode(status.Detail);
        }
    }

    private static IHeaderDictionary Destination(HttpResponse response)
    {
        if (!response.HasStarted)
        {
            return response.Headers;
        }

        var trailers = response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        return trailers is { IsReadOnly: false }
            ? trailers
            : throw new InvalidOperationException("Trailers are not supported for this response. The server may not support gRPC.");
    }
}
