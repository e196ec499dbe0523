using Artorizer.Infrastructure.Embedded.Files;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Uploads;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>The addresses that presigned URLs of the embedded object store lead to.</summary>
public static class EmbeddedObjectEndpoints
{
    /// <summary>What the path of each begins with.</summary>
    public static PathString Path { get; } = ObjectSigner.PathPrefix.TrimEnd('/');

    /// <summary>
    /// Maps <c>GET</c>, <c>HEAD</c> and <c>PUT</c> of <c>/objects/{key}</c>. The signature in the URL is the only credential;
    /// a wrong or expired one gets 403.
    /// </summary>
    /// <param name="endpoints">Where to map. Its services must hold <see cref="EmbeddedStores"/>.</param>
    public static IEndpointConventionBuilder MapEmbeddedObjects(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var group = endpoints.MapGroup(Path.Value!).ExcludeFromDescription();
        var stores = endpoints.ServiceProvider.GetRequiredService<EmbeddedStores>();
        group.MapMethods("/{**key}", [HttpMethods.Get, HttpMethods.Head], (string key, HttpContext context) => GetAsync(stores, key, context));
        group.MapPut("/{**key}", (string key, HttpContext context) => PutAsync(stores, key, context));
        return group;
    }

    private static async Task<IResult> GetAsync(EmbeddedStores stores, string key, HttpContext context)
    {
        if (stores.Signer.Verify(HttpMethods.Get, key, context.Request.Query) is not { } grant)
        {
            return Forbidden();
        }

        if (await stores.Objects.OpenAsync(key, 0, length: null, context.RequestAborted) is not { } content)
        {
            return Problem(StatusCodes.Status404NotFound, "Object not found", "There is no object under this key.");
        }

        // Whatever was uploaded must never run as a page of this origin.
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers.CacheControl = "private, no-cache";

        // Handles ranges, conditional requests, HEAD and the file name (RFC 6266 §4.3), and disposes the stream.
        return Results.Stream(
            content.Stream, content.Info.ContentType, grant.DownloadName, content.Info.LastModified,
            new EntityTagHeaderValue($"\"{content.Info.ETag}\""), enableRangeProcessing: true);
    }

    private static async Task<IResult> PutAsync(EmbeddedStores stores, string key, HttpContext context)
    {
        var request = context.Request;
        if (stores.Signer.Verify(HttpMethods.Put, key, request.Query) is not { ContentType: { } contentType } grant)
        {
            return Forbidden();
        }

        if (!string.Equals(request.ContentType, contentType, StringComparison.OrdinalIgnoreCase))
        {
            return Problem(StatusCodes.Status415UnsupportedMediaType, "Wrong content type", $"This URL accepts {contentType} only.");
        }

        // Before the bytes have come, and after: meanwhile a job may be made of those that came earlier.
        var uploads = context.RequestServices.GetService<UploadStore>();
        if (uploads is not null && await uploads.IsOverAsync(key, context.RequestAborted))
        {
            return Used();
        }

        var limit = grant.Length ?? grant.MaxLength ?? 0;
        if (request.ContentLength > limit)
        {
            return TooLarge(limit);
        }

        if (grant.Length is not null && request.ContentLength is { } announced && announced != grant.Length)
        {
            return WrongLength(limit);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            // The signed limit takes the place of the server's general one.
            bodySize.MaxRequestBodySize = null;
        }

        var body = new LimitedReadStream(request.Body, limit);
        try
        {
            var stored = await stores.Objects.PutAsync(
                key,
                body,
                new ObjectPutOptions { ContentType = contentType, Length = grant.Length, ForAcceptedWork = grant.ForAcceptedWork },
                context.RequestAborted);
            if (uploads is not null && await uploads.IsOverAsync(key, CancellationToken.None))
            {
                await stores.Objects.DeleteAsync(key, CancellationToken.None);
                return Used();
            }

            context.Response.Headers.ETag = $"\"{stored.ETag}\"";
            return Results.StatusCode(StatusCodes.Status201Created);
        }
        catch (InvalidDataException)
        {
            return body.Exceeded ? TooLarge(limit) : WrongLength(limit);
        }
        catch (StorageFullException)
        {
            return Problem(StatusCodes.Status507InsufficientStorage, "Storage full", "The storage has no room for this object.");
        }
    }

    private static IResult Forbidden() =>
        Problem(StatusCodes.Status403Forbidden, "Invalid signature", "The signature is wrong, or the URL has expired.");

    private static IResult Used() =>
        Problem(StatusCodes.Status409Conflict, "Upload used", "This upload was submitted or has expired; it takes nothing more. Begin a new one.");

    private static IResult TooLarge(long limit) =>
        Problem(StatusCodes.Status413PayloadTooLarge, "Too large", $"This URL accepts {limit} bytes at most.");

    private static IResult WrongLength(long length) =>
        Problem(StatusCodes.Status400BadRequest, "Wrong length", $"This URL accepts exactly {length} bytes.");

    // RFC 9457, with the field that older clients read.
    private static IResult Problem(int status, string title, string detail) =>
        Results.Problem(detail, statusCode: status, title: title, extensions: new Dictionary<string, object?> { ["error"] = detail });
}
