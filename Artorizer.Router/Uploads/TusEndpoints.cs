using System.Globalization;
using Artorizer.Contracts.Api;
using Artorizer.Jobs.Uploads;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Artorizer.Router.Security;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Uploads;

/// <summary>
/// tus 1.0.0 at <c>/files</c>: core, creation, creation-with-upload, creation-defer-length, checksum, termination, expiration.
/// A finished upload is submitted by <c>POST /protect</c> with <c>upload_id</c>, or by itself where its metadata has <c>submit</c>.
/// </summary>
internal static class TusEndpoints
{
    private const string ProblemJson = "application/problem+json";
    private const string Path = "/files";

    public static void MapTus(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Path, [HttpMethods.Options], Options).AllowAnonymous().ExcludeFromDescription();
        routes.MapMethods(Path + "/{id}", [HttpMethods.Options], Options).AllowAnonymous().ExcludeFromDescription();

        var tus = routes.MapGroup(Path).WithTags("Uploads").AddEndpointFilter(RequireVersionAsync);
        tus.MapPost("", CreateAsync)
            .WithSummary("Begin a resumable upload (tus 1.0.0)")
            .WithDescription(
                "Takes Upload-Length or Upload-Defer-Length: 1, Upload-Metadata (filename, filetype, "
                    + "sha256, submit, and any field of POST /protect), and the first bytes if any.")
            .Produces(201).Produces<ProblemView>(400, ProblemJson).Produces<ProblemView>(412, ProblemJson).Produces<ProblemView>(413, ProblemJson);
        tus.MapMethods("/{id}", [HttpMethods.Head], HeadAsync)
            .WithSummary("How far an upload has come (tus 1.0.0)")
            .Produces(200).Produces(404).Produces(410);
        tus.MapPatch("/{id}", PatchAsync)
            .WithSummary("Append to an upload (tus 1.0.0)")
            .WithDescription(
                "Takes Upload-Offset and optionally Upload-Checksum: sha256 or sha1. What came before a break of the connection is kept.")
            .Produces(204).Produces<ProblemView>(404, ProblemJson).Produces<ProblemView>(409, ProblemJson).Produces<ProblemView>(410, ProblemJson)
            .Produces<ProblemView>(413, ProblemJson).Produces<ProblemView>(423, ProblemJson)
            .Produces<ProblemView>(UploadChecksum.Mismatch, ProblemJson);
        tus.MapDelete("/{id}", DeleteAsync)
            .WithSummary("Give an upload up (tus 1.0.0)")
            .Produces(204).Produces<ProblemView>(404, ProblemJson);
        tus.MapPost("/{id}", OverrideAsync).ExcludeFromDescription();
    }

    private static ValueTask<object?> RequireVersionAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.OnStarting(() =>
        {
            // Last of all, for errors start from an empty response.
            http.Response.Headers[TusHeaders.TusResumable] = TusHeaders.Version;
            if (http.Response.StatusCode == StatusCodes.Status412PreconditionFailed)
            {
                http.Response.Headers[TusHeaders.TusVersion] = TusHeaders.Version;
            }

            return Task.CompletedTask;
        });
        return http.Request.Headers[TusHeaders.TusResumable] == TusHeaders.Version
            ? next(context)
            : throw new ApiException(
                StatusCodes.Status412PreconditionFailed, "Unsupported tus version", $"Send {TusHeaders.TusResumable}: {TusHeaders.Version}.");
    }

    private static void Options(HttpContext http, UploadIntake intake)
    {
        var headers = http.Response.Headers;
        headers[TusHeaders.TusResumable] = TusHeaders.Version;
        headers[TusHeaders.TusVersion] = TusHeaders.Version;
        headers[TusHeaders.TusExtension] = TusHeaders.Extensions;
        headers[TusHeaders.TusMaxSize] = Text(intake.MaxLength);
        headers[TusHeaders.TusChecksumAlgorithm] = UploadChecksum.Algorithms;
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task CreateAsync(
        HttpContext http, BacklogGate gate, UploadIntake intake, UploadSubmission submission, IOptionsMonitor<UploadOptions> options)
    {
        await gate.EnterAsync(http.RequestAborted);
        var owner = http.Owner();
        var metadata = http.Request.Headers[TusHeaders.UploadMetadata].ToString();
        var length = TusRequest.DeclaredLength(http.Request);
        var checksum = Checksum(http.Request);
        var hasChunk = TusRequest.HasChunk(http.Request);
        if (!hasChunk && http.Request.ContentLength > 0)
        {
            throw WrongType();
        }

        var errors = new FieldErrors();
        var manifest = UploadFields.Apply(
            new UploadManifest
            {
                Id = "",
                Owner = owner,
                Way = UploadWays.Tus,
                Length = length,
                TusMetadata = metadata.Length == 0 ? null : metadata,
                CreatedAt = default,
                ExpiresAt = default,
            },
            UploadFields.ParseTus(metadata),
            errors);
        if (manifest.SubmitWhenComplete)
        {
            // Told now, not after the last byte.
            submission.Validate(manifest, errors);
        }

        errors.ThrowIfAny();

        manifest = await intake.BeginAsync(manifest, options.CurrentValue.Lifetime);
        var headers = http.Response.Headers;
        if (hasChunk)
        {
            using var upload = await intake.OpenAsync(manifest.Id, owner, http.RequestAborted);
            await AppendAsync(http, intake, submission, upload, checksum);
            headers[TusHeaders.UploadOffset] = Text(upload.Offset);
        }

        headers.Location = $"{Path}/{manifest.Id}";
        headers[TusHeaders.UploadExpires] = Expires(manifest);
        http.Response.StatusCode = StatusCodes.Status201Created;
    }

    private static async Task HeadAsync(HttpContext http, UploadIntake intake, UploadSubmission submission, string id)
    {
        using var upload = await OpenAsync(http, intake, id);
        if (upload.Manifest.JobId is null)
        {
            await intake.LoadOffsetAsync(upload, http.RequestAborted);
        }

        // The last answer may have been lost, or refused because too much waited: asking again is how a client goes on.
        await SubmitAsync(http, submission, upload);
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers[TusHeaders.UploadOffset] = Text(upload.Offset);
        if (upload.Manifest.Length is { } length)
        {
            headers[TusHeaders.UploadLength] = Text(length);
        }
        else
        {
            headers[TusHeaders.UploadDeferLength] = "1";
        }

        if (upload.Manifest.TusMetadata is { } metadata)
        {
            headers[TusHeaders.UploadMetadata] = metadata;
        }

        headers[TusHeaders.UploadExpires] = Expires(upload.Manifest);
    }

    private static async Task PatchAsync(HttpContext http, UploadIntake intake, UploadSubmission submission, string id)
    {
        if (!TusRequest.HasChunk(http.Request))
        {
            throw WrongType();
        }

        var offset = TusRequest.Number(http.Request, TusHeaders.UploadOffset) ?? throw ApiException.MissingField(TusHeaders.UploadOffset);
        var checksum = Checksum(http.Request);
        using var upload = await OpenAsync(http, intake, id);
        if (upload.Offset != offset && upload.Manifest.JobId is null)
        {
            await intake.LoadOffsetAsync(upload, http.RequestAborted);
        }

        if (upload.Offset != offset)
        {
            throw new ApiException(StatusCodes.Status409Conflict, "Wrong offset", $"The upload is at {upload.Offset}, not at {offset}.");
        }

        if (TusRequest.Number(http.Request, TusHeaders.UploadLength) is { } length)
        {
            await intake.SetLengthAsync(upload, length);
        }

        await AppendAsync(http, intake, submission, upload, checksum);
        http.Response.Headers[TusHeaders.UploadOffset] = Text(upload.Offset);
        http.Response.Headers[TusHeaders.UploadExpires] = Expires(upload.Manifest);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task DeleteAsync(HttpContext http, UploadIntake intake, string id)
    {
        using var upload = await OpenAsync(http, intake, id);
        await intake.RejectAsync(upload);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    // tus 1.0.0, "X-HTTP-Method-Override": for clients behind what lets only GET and POST through.
    private static Task OverrideAsync(HttpContext http, UploadIntake intake, UploadSubmission submission, string id) =>
        http.Request.Headers[TusHeaders.MethodOverride].ToString().ToUpperInvariant() switch
        {
            "PATCH" => PatchAsync(http, intake, submission, id),
            "HEAD" => HeadAsync(http, intake, submission, id),
            "DELETE" => DeleteAsync(http, intake, id),
            _ => throw new ApiException(
                StatusCodes.Status405MethodNotAllowed,
                "Method not allowed",
                $"POST to an upload needs {TusHeaders.MethodOverride}: PATCH, HEAD or DELETE."),
        };

    private static async Task<OpenUpload> OpenAsync(HttpContext http, UploadIntake intake, string id)
    {
        var upload = await intake.OpenAsync(id, http.Owner(), http.RequestAborted);
        if (upload.Manifest.Way == UploadWays.Tus)
        {
            return upload;
        }

        upload.Dispose();
        throw new ApiException(StatusCodes.Status404NotFound, "Upload not found", "This upload was not begun here.");
    }

    private static async Task AppendAsync(
        HttpContext http, UploadIntake intake, UploadSubmission submission, OpenUpload upload, UploadChecksum? checksum)
    {
        TusRequest.AllowChunk(http, upload, intake.MaxLength);
        if (!upload.IsComplete)
        {
            // Not cancelled with the request: what came before the client left is still there to be read.
            await intake.AppendAsync(upload, http.Request.Body, checksum);
            if (upload.IsComplete)
            {
                await intake.CompleteAsync(upload);
            }
        }

        await SubmitAsync(http, submission, upload);
    }

    private static async Task SubmitAsync(HttpContext http, UploadSubmission submission, OpenUpload upload)
    {
        if (!upload.IsComplete)
        {
            return;
        }

        if (upload.Manifest.JobId is null && upload.Manifest.SubmitWhenComplete)
        {
            await submission.SubmitAsync(upload, http.RequestAborted);
        }

        if (upload.Manifest.JobId is { } jobId)
        {
            http.Response.Headers[TusHeaders.JobId] = jobId;
        }
    }

    private static UploadChecksum? Checksum(HttpRequest request) => UploadChecksum.Parse(request.Headers[TusHeaders.UploadChecksum].ToString());

    private static ApiException WrongType() =>
        new(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type", $"Send the bytes as {TusHeaders.OffsetOctetStream}.");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Expires(UploadManifest manifest) => manifest.ExpiresAt.ToString("R", CultureInfo.InvariantCulture);
}
