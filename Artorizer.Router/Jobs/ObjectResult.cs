using Artorizer.Jobs.Objects;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Artorizer.Router.Jobs;

/// <summary>A download through the router: one range (RFC 9110 §14), entity tags, a file name (RFC 6266), bounded memory.</summary>
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
        headers.ETag = etag;
        headers.LastModified = info.LastModified;
        headers.CacheControl = new CacheControlHeaderValue { Private = true, NoCache = true };
        response.Headers.AcceptRanges = "bytes";

        // An image from outside must not run as a page of this site, whatever a browser takes it for.
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        if (request.IfNoneMatch.Any(t => t.Compare(etag, useStrongComparison: false) || t.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(fileName);
        headers.ContentDisposition = disposition;
        response.ContentType = contentType;
        var (offset, length) = (0L, info.Length);
        if (HttpMethods.IsGet(httpContext.Request.Method) && Range(request, etag, info) is { } range)
        {
            if (range.Length == 0)
            {
                // Not thrown: the exception handler would clear the headers.
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
    private static (long Offset, long Length)? Range(RequestHeaders request, EntityTagHeaderValue etag, StoredObject info)
    {
        if (request.Range is not { Unit.Value: "bytes", Ranges: { Count: 1 } ranges })
        {
            return null;
        }

        if (request.IfRange is { } condition
            && !(condition.EntityTag?.Compare(etag, useStrongComparison: true) ?? condition.LastModified >= info.LastModified))
        {
            return null;
        }

        var range = ranges.First();
        var (from, to) = range.From is { } first
            ? (first, Math.Min(range.To ?? (info.Length - 1), info.Length - 1))
            : (Math.Max(0, info.Length - (range.To ?? 0)), info.Length - 1);
        return from <= to && from < info.Length ? (from, to - from + 1) : (0, 0);
    }
}
