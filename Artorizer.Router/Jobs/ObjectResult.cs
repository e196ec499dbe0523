using Artorizer.Jobs.Objects;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Artorizer.Router.Jobs;

/// <summary>A download through the router: one range (RFC 9110 §14), conditions, a file name (RFC 6266), bounded memory.</summary>
internal sealed class ObjectResult(IObjectStore objects, string key, string contentType, string fileName) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var info = await objects.StatAsync(key, httpContext.RequestAborted)
            ?? throw new ApiException(StatusCodes.Status404NotFound, "File not found", "The file is no longer in the store.");
        var request = httpContext.Request.GetTypedHeaders();
        var response = httpContext.Response;
        var etag = new EntityTagHeaderValue($"\"{info.ETag}\"");
        var headers = response.GetTypedHeaders();
        var conditions = new DownloadConditions(httpContext.Request.Headers, request, etag, info.LastModified);
        headers.ETag = etag;
        headers.LastModified = conditions.LastModified;
        headers.CacheControl = new CacheControlHeaderValue { Private = true, NoCache = true };
        response.Headers.AcceptRanges = "bytes";

        // An image from outside must not run as a page of this site, whatever a browser takes it for.
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        if (conditions.IsFailed)
        {
            // Not thrown: the exception handler would clear the headers.
            await ProblemResult.WriteAsync(httpContext, new ApiException(
                StatusCodes.Status412PreconditionFailed,
                "Precondition failed",
                "The file is not the one that the conditions of the request name; ETag names it."));
            return;
        }

        if (conditions.IsNotModified)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(fileName);
        headers.ContentDisposition = disposition;
        response.ContentType = contentType;
        var (offset, length) = (0L, info.Length);
        if (HttpMethods.IsGet(httpContext.Request.Method) && Range(request, conditions, info.Length) is { } range)
        {
            if (range.Length == 0)
            {
                response.Headers.ContentRange = $"bytes */{info.Length}";
                response.Headers.ContentDisposition = default;
                await ProblemResult.WriteAsync(httpContext, new ApiException(
                    StatusCodes.Status416RangeNotSatisfiable, "Range not satisfiable", $"The file has {info.Length} bytes."));
                return;
            }

            (offset, length) = range;
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {offset}-{offset + length - 1}/{info.Length}";
        }

        response.ContentLength = length;
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        await using var content = await objects.OpenAsync(key, offset, length, httpContext.RequestAborted)
            ?? throw new ApiException(StatusCodes.Status404NotFound, "File not found", "The file is no longer in the store.");
        await TimedWrites.CopyAsync(httpContext, content.Stream, httpContext.RequestAborted);
    }

    // Several ranges at once are answered with the whole file, as RFC 9110 §14.2 allows.
    private static (long Offset, long Length)? Range(RequestHeaders request, DownloadConditions conditions, long fileLength)
    {
        if (request.Range is not { Unit.Value: "bytes", Ranges: { Count: 1 } ranges })
        {
            return null;
        }

        if (!conditions.AllowRange)
        {
            return null;
        }

        var range = ranges.First();
        var (from, to) = range.From is { } first
            ? (first, Math.Min(range.To ?? (fileLength - 1), fileLength - 1))
            : (Math.Max(0, fileLength - (range.To ?? 0)), fileLength - 1);
        return from <= to && from < fileLength ? (from, to - from + 1) : (0, 0);
    }
}
