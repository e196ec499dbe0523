using System.Net;
using Artorizer.Contracts.Api;
using Artorizer.Imaging;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Uploads;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Artorizer.Router.Negotiation;
using Artorizer.Router.Protect;
using Artorizer.Router.Security;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Uploads;

/// <summary><c>POST /uploads</c>: a presigned PUT straight to the store, which takes the router out of the way of the bytes.</summary>
internal static class UploadEndpoints
{
    private const string ProblemJson = "application/problem+json";
    private const int Sha256Digits = 64;

    public static void MapUploads(this IEndpointRouteBuilder routes) => routes
        .MapPost("/uploads", BeginAsync)
        .RequireAcceptable()
        .WithTags("Uploads")
        .WithSummary("Begin a direct upload")
        .WithDescription("""
            Answers a URL to which the client sends the file by PUT, with exactly the declared length and content type, straight
            to the storage. Afterwards POST /protect with `upload_id` and the other fields submits it; length, hash and format are verified then.
            """)
        .Accepts<UploadRequest>("application/json", "*/*")
        .Produces<UploadView>(StatusCodes.Status201Created)
        .Produces<ProblemView>(StatusCodes.Status400BadRequest, ProblemJson)
        .Produces<ProblemView>(StatusCodes.Status413PayloadTooLarge, ProblemJson)
        .Produces<ProblemView>(StatusCodes.Status501NotImplemented, ProblemJson)
        .Produces<ProblemView>(StatusCodes.Status503ServiceUnavailable, ProblemJson);

    private static async Task<IResult> BeginAsync(
        HttpContext http, BacklogGate gate, UploadIntake intake, IObjectStore objects, IOptionsMonitor<UploadOptions> options,
        IOptionsMonitor<RouterLimits> limits, IOptionsMonitor<DirectAccessOptions> access)
    {
        if (!access.CurrentValue.Enabled)
        {
            throw new ApiException(
                StatusCodes.Status501NotImplemented,
                "No direct uploads",
                "Clients cannot reach the storage here. Upload by POST /protect, by tus at /files, or over a WebSocket.");
        }

        await gate.EnterAsync(http.RequestAborted);
        var errors = new FieldErrors();
        var request = UploadFields.Request(await Wire.ReadFieldsAsync<UploadRequest>(http, limits.CurrentValue.MaxMessageBytes), errors);
        if (request.ContentType is not { } contentType || ImageFormats.FromMediaType(contentType) is null || contentType.Contains(';'))
        {
            contentType = "";
            errors.Add(ApiException.BadField("content_type", $"must be one of {string.Join(", ", ImageFormats.All.Select(f => f.MediaType))}"));
        }

        if (request.Size is not { } size)
        {
            size = 0;
            errors.Add(ApiException.MissingField("size", "required: the file's length in bytes"));
        }

        errors.ThrowIfAny();
        var lifetime = options.CurrentValue.PresignedLifetime;
        var manifest = await intake.BeginAsync(
            new UploadManifest
            {
                Id = "",
                Owner = http.Owner(),
                Way = UploadWays.Presigned,
                Length = size,
                FileName = ImageDeclaration.CleanFileName(request.Filename),
                ContentType = contentType,
                Sha256 = request.Sha256,
                CreatedAt = default,
                ExpiresAt = default,
            },
            options.CurrentValue.Lifetime);
        var put = await objects.PresignPutAsync(
            UploadStore.ContentKey(manifest.Id),
            new PresignPutOptions { Audience = ObjectAudience.Public, ContentType = contentType, Length = size, Expires = lifetime },
            http.RequestAborted);
        return new WireResult<UploadView>(
            new UploadView
            {
                UploadId = manifest.Id,
                Url = Address(http, put.Url, access.CurrentValue),
                Method = put.Method,
                Headers = new Dictionary<string, string>(put.Headers),
                ExpiresAt = put.ExpiresAt,
            },
            StatusCodes.Status201Created);
    }

    /// <summary>A declared hash in the form in which hashes are compared.</summary>
    public static string? Sha256(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : text.Length == Sha256Digits && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant()
        : throw ApiException.BadField("sha256", "must be 64 hexadecimal digits");

    // A path is good where the client finds it under the address by which it reached us. That it says what this is makes it not so:
    // whoever has a hand in the header would choose where the file goes.
    private static string Address(HttpContext http, Uri url, DirectAccessOptions access) =>
        !url.IsAbsoluteUri && IsOurs(http, access) ? $"{http.Request.Scheme}://{http.Request.Host}{url.OriginalString}"
        : url.IsAbsoluteUri ? url.AbsoluteUri
        : url.OriginalString;

    private static bool IsOurs(HttpContext http, DirectAccessOptions access)
    {
        var host = http.Request.Host;
        if (access.Hosts.Contains(host.Value, StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        // Another port of the caller's own machine may lead here, too.
        return host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address)
                && (IPAddress.IsLoopback(address)
                    || (address.MapToIPv6().Equals(http.Connection.LocalIpAddress?.MapToIPv6())
                        && (host.Port ?? (http.Request.IsHttps ? 443 : 80)) == http.Connection.LocalPort)));
    }
}
