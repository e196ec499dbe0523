using System.Globalization;
using Artorizer.Router.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Artorizer.Router.Uploads;

/// <summary>Reads the headers of tus requests.</summary>
internal static class TusRequest
{
    /// <summary>A non-negative integer; <see langword="null"/> where the header is not there.</summary>
    public static long? Number(HttpRequest request, string header)
    {
        var text = request.Headers[header].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw ApiException.BadField(header, "must be a whole number that is not negative");
    }

    /// <summary>The length of a new upload; <see langword="null"/> where it is told later.</summary>
    public static long? DeclaredLength(HttpRequest request)
    {
        var length = Number(request, TusHeaders.UploadLength);
        var deferred = request.Headers[TusHeaders.UploadDeferLength].ToString();
        if (deferred.Length == 0)
        {
            return length ?? throw ApiException.MissingField(TusHeaders.UploadLength, $"required, or {TusHeaders.UploadDeferLength}: 1");
        }

        return deferred == "1" && length is null
            ? null
            : throw ApiException.BadField(TusHeaders.UploadDeferLength, $"must be 1, and not beside {TusHeaders.UploadLength}");
    }

    /// <summary>Whether the request carries bytes of the upload.</summary>
    public static bool HasChunk(HttpRequest request) =>
        request.ContentType is { } type && type.Split(';')[0].Trim().Equals(TusHeaders.OffsetOctetStream, StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses a chunk that goes beyond the upload before any of it is read, and lets the server read the rest.</summary>
    public static void AllowChunk(HttpContext http, OpenUpload upload, long most)
    {
        if (http.Request.ContentLength > (upload.Manifest.Length ?? most) - upload.Offset)
        {
            throw upload.Manifest.Length is null ? ApiException.TooLarge(most) : BeyondLength();
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // The run itself counts, to the byte.
            size.MaxRequestBodySize = null;
        }
    }

    public static ApiException BeyondLength() =>
        new(StatusCodes.Status413PayloadTooLarge, "Upload too long", "The chunk goes beyond the declared length of the upload.");
}
