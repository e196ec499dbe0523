using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Uploads;
using Artorizer.Router.Errors;
using Artorizer.Router.Protect;

namespace Artorizer.Router.Uploads;

/// <summary>Makes originals of complete uploads: the bytes go to where the job wants them, checked while they are copied or before.</summary>
internal sealed class UploadOriginals(UploadStore store, UploadIntake intake, IObjectStore objects, ImageIntake images, IJobStore jobs)
{
    /// <summary>Stores the upload's file under <paramref name="key"/>, if it is complete, a whole image, and what was declared.</summary>
    /// <exception cref="ApiException">409 if bytes are missing; 400 if they are not what was declared.</exception>
    public async Task<OriginalImage> StoreAsync(OpenUpload upload, string key, CancellationToken cancellationToken)
    {
        var presigned = upload.Manifest.Way == UploadWays.Presigned;
        try
        {
            var original = presigned
                ? await StorePresignedAsync(upload, key, cancellationToken)
                : await StorePartsAsync(upload, key, cancellationToken);
            UploadIntake.RequireHash(upload.Manifest, original.Sha256);
            return original;
        }
        catch (ApiException e) when (e.Status == StatusCodes.Status400BadRequest && !presigned)
        {
            // A presigned URL can be used again; the bytes of the other ways cannot be changed any more.
            await intake.RejectAsync(upload);
            throw;
        }
    }

    /// <summary>Notes the job, so that a repeated request finds it, and lets go of the bytes.</summary>
    public async Task MarkSubmittedAsync(OpenUpload upload, string jobId)
    {
        upload.Manifest = UploadFields.WithoutToken(upload.Manifest) with { JobId = jobId, Length = upload.Manifest.Length ?? upload.Offset };
        upload.Session.DropCheck();
        await store.SaveAsync(upload.Manifest, CancellationToken.None);
        intake.Close(upload);
        await store.DeleteBytesAsync(upload.Id, CancellationToken.None);
    }

    /// <summary>The job that was made of the upload earlier; <see langword="null"/> if none was.</summary>
    /// <exception cref="ApiException">410: it was made and has been deleted since.</exception>
    public async Task<Job?> FindJobAsync(OpenUpload upload, CancellationToken cancellationToken)
    {
        if (upload.Manifest.JobId is not { } jobId)
        {
            return null;
        }

        return await jobs.GetAsync(jobId, cancellationToken)
            ?? throw new ApiException(StatusCodes.Status410Gone, "Upload used", "This upload was submitted before, and its job has been deleted.");
    }

    private async Task<OriginalImage> StorePresignedAsync(OpenUpload upload, string key, CancellationToken cancellationToken)
    {
        // Copied, not used where it lies: the client's URL could replace it after it was checked.
        await using var content = await objects.OpenAsync(UploadStore.ContentKey(upload.Id), 0, null, cancellationToken)
            ?? throw Incomplete("Nothing was put to the upload's URL yet.");
        return content.Length == upload.Manifest.Length
            ? await images.StoreAsync(content.Stream, upload.Declaration, key, cancellationToken)
            : throw Incomplete($"{content.Length} of {upload.Manifest.Length} bytes were put to the upload's URL.");
    }

    private async Task<OriginalImage> StorePartsAsync(OpenUpload upload, string key, CancellationToken cancellationToken)
    {
        var parts = await store.PartsAsync(upload.Id, cancellationToken);
        var end = parts.Count == 0 ? 0 : parts[^1].End;
        if (end != upload.Manifest.Length)
        {
            upload.Session.Offset = end;
            throw Incomplete(upload.Manifest.Length is { } length
                ? $"{end} of {length} bytes have come. Send the rest first."
                : $"{end} bytes have come, and it was not said how many there are.");
        }

        await using var content = store.Open(parts);
        return upload.Session.Check is { } check && check.Length == end
            ? await images.StoreCheckedAsync(content, check, upload.Declaration, key, cancellationToken)
            : await images.StoreAsync(content, upload.Declaration, key, cancellationToken);
    }

    private static ApiException Incomplete(string detail) => new(StatusCodes.Status409Conflict, "Upload not complete", detail);
}
