using System.Runtime.ExceptionServices;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Uploads;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Artorizer.Router.Protect;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Uploads;

/// <summary>Begins uploads, and takes in their bytes however often the connection breaks. Holds no more of them than a buffer.</summary>
internal sealed class UploadIntake(
    UploadStore store,
    UploadSessions sessions,
    OpenUploads open,
    ImageIntake images,
    IOptionsMonitor<UploadOptions> options,
    IOptionsMonitor<RouterLimits> limits,
    RouterMetrics metrics,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
{
    private const int MaxParts = 10_000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Largest file, in bytes.</summary>
    public long MaxLength => limits.CurrentValue.MaxFileBytes;

    /// <summary>Begins an upload; id and times are set here.</summary>
    /// <exception cref="ApiException">400 or 413: the declared length is not possible. 429: the owner has too many.</exception>
    public async Task<UploadManifest> BeginAsync(UploadManifest manifest, TimeSpan lifetimeOfUpload)
    {
        RequireLength(manifest.Length);
        var now = time.GetUtcNow();
        manifest = manifest with { Id = UploadManifest.NewId(), CreatedAt = now, ExpiresAt = now + lifetimeOfUpload };
        open.Open(manifest, MaxLength);
        try
        {
            await store.SaveAsync(manifest, CancellationToken.None);
        }
        catch
        {
            open.Close(manifest);
            throw;
        }

        return manifest;
    }

    /// <summary>Counts an upload no longer among those that are open.</summary>
    public void Close(OpenUpload upload) => open.Close(upload.Manifest);

    /// <summary>Takes the upload over from whichever connection works on it. Somebody else's upload looks like none.</summary>
    /// <exception cref="ApiException">404, 410 or 423.</exception>
    public async Task<OpenUpload> OpenAsync(string id, string owner, CancellationToken cancellationToken)
    {
        // Asked before the turn is, so that nobody can disturb the upload of another.
        await RequireAsync(id, owner, cancellationToken);
        var turn = await sessions.EnterAsync(id, cancellationToken);
        try
        {
            var upload = new OpenUpload(turn, await RequireAsync(id, owner, cancellationToken));
            if (turn.Session.Offset is null)
            {
                await LoadOffsetAsync(upload, cancellationToken);
            }

            return upload;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    /// <summary>Asks the stores how far the upload has come: another router may have gone on with it.</summary>
    public async Task LoadOffsetAsync(OpenUpload upload, CancellationToken cancellationToken)
    {
        var parts = await store.PartsAsync(upload.Id, cancellationToken);
        upload.Session.Offset = parts.Count == 0 ? 0 : parts[^1].End;
        upload.Session.Parts = parts.Count;
    }

    /// <summary>Says how long the file is, where that was left open.</summary>
    /// <exception cref="ApiException">400 or 413: not possible, or not what was said before.</exception>
    public async Task SetLengthAsync(OpenUpload upload, long length)
    {
        if (upload.Manifest.Length is { } known)
        {
            if (known != length)
            {
                throw ApiException.BadField(TusHeaders.UploadLength, $"was given as {known} before and cannot be changed");
            }

            return;
        }

        RequireLength(length);
        if (length < upload.Offset)
        {
            throw ApiException.BadField(TusHeaders.UploadLength, $"is less than the {upload.Offset} bytes that have come already");
        }

        upload.Manifest = upload.Manifest with { Length = length };
        await store.SaveAsync(upload.Manifest, CancellationToken.None);
    }

    /// <summary>Appends what a connection sends until its end, or until it breaks: what came before the break is stored all the same.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="checksum">Of this chunk, which is then kept whole or not at all.</param>
    /// <exception cref="ApiException">
    /// The bytes are refused: 400, 413 or 460; or 409 and 503 when another connection or a shutdown ended this one.
    /// </exception>
    public async Task AppendAsync(OpenUpload upload, Stream body, UploadChecksum? checksum)
    {
        var session = upload.Session;
        if (session.Parts >= MaxParts)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "Too many chunks", $"An upload has at most {MaxParts} chunks. Send larger ones.");
        }

        session.AlignCheck(() => images.NewCheck(upload.Declaration));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(upload.Wanted, lifetime.ApplicationStopping);
        var before = upload.Offset;
        try
        {
            if (checksum is null)
            {
                await AppendRunAsync(upload, body, stop.Token);
            }
            else
            {
                await AppendWholeAsync(upload, body, checksum, stop.Token);
            }
        }
        catch (Exception e)
        {
            if (e is ApiException { Code: JobErrorCodes.InvalidImage })
            {
                await RejectAsync(upload);
            }

            if (e is OperationCanceledException && Ended(upload) is { } ended)
            {
                throw ended;
            }

            throw;
        }
        finally
        {
            metrics.Received(Math.Max(0, (session.Offset ?? before) - before));
        }
    }

    /// <summary>Looks at an upload that has just become complete, as far as its bytes were seen by this process.</summary>
    /// <exception cref="ApiException">400: it is no whole image, or not the declared one. The upload is gone.</exception>
    public async Task CompleteAsync(OpenUpload upload)
    {
        if (upload.Session.Check is not { } check || check.Length != upload.Manifest.Length)
        {
            return;
        }

        try
        {
            check.Complete();
            RequireHash(upload.Manifest, check.Sha256());
        }
        catch (ApiException)
        {
            await RejectAsync(upload);
            throw;
        }
    }

    /// <summary>Compares with the declared hash, if there is one.</summary>
    public static void RequireHash(UploadManifest manifest, string sha256)
    {
        if (manifest.Sha256 is { } declared && declared != sha256)
        {
            throw ApiException.BadField("sha256", $"the file that came has {sha256}");
        }
    }

    /// <summary>Removes an upload of which nothing good can come any more.</summary>
    public async Task RejectAsync(OpenUpload upload)
    {
        upload.Session.DropCheck();
        upload.Session.Offset = null;
        await store.DeleteAsync(upload.Id, CancellationToken.None);
        Close(upload);
    }

    private async Task AppendRunAsync(OpenUpload upload, Stream body, CancellationToken stop)
    {
        var session = upload.Session;
        var room = (upload.Manifest.Length ?? MaxLength) - upload.Offset;
        using var run = new UploadRun(body, room, session.Check, options.CurrentValue, time, stop);
        while (await run.HasMoreAsync())
        {
            session.Offset += await store.AddPartAsync(upload.Id, upload.Offset, run.NextPart());
            session.Parts++;
        }

        if (run.Exceeded)
        {
            throw upload.Manifest.Length is null ? ApiException.TooLarge(MaxLength) : TusRequest.BeyondLength();
        }

        if (run.Break is { } broken)
        {
            if (Ended(upload) is { } ended)
            {
                throw ended;
            }

            ExceptionDispatchInfo.Throw(broken);
        }
    }

    private async Task AppendWholeAsync(OpenUpload upload, Stream body, UploadChecksum checksum, CancellationToken stop)
    {
        var session = upload.Session;

        // Seen only once the checksum is known to be right, which is after the bytes have gone by.
        session.DropCheck();
        await using var whole = new ChecksummedStream(body, (upload.Manifest.Length ?? MaxLength) - upload.Offset, checksum, stop);
        session.Offset += await store.AddPartAsync(upload.Id, upload.Offset, whole);
        session.Parts++;
    }

    private ApiException? Ended(OpenUpload upload) =>
        upload.Wanted.IsCancellationRequested
            ? new ApiException(StatusCodes.Status409Conflict, "Upload taken over", "A newer connection goes on with this upload.")
            : lifetime.ApplicationStopping.IsCancellationRequested
                ? new ApiException(
                    StatusCodes.Status503ServiceUnavailable, "Shutting down", "The server is being stopped. What came is kept; go on in a moment.")
                {
                    RetryAfter = RetryAfter,
                }
                : null;

    private async Task<UploadManifest> RequireAsync(string id, string owner, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } manifest || manifest.Owner != owner)
        {
            throw new ApiException(StatusCodes.Status404NotFound, "Upload not found", "There is no such upload, or it belongs to someone else.");
        }

        return manifest.ExpiresAt > time.GetUtcNow()
            ? manifest
            : throw new ApiException(StatusCodes.Status410Gone, "Upload expired", "The upload was not finished in time; begin a new one.");
    }

    private void RequireLength(long? length)
    {
        if (length > MaxLength)
        {
            throw ApiException.TooLarge(MaxLength);
        }

        if (length < 1)
        {
            throw ApiException.InvalidImage("The file is empty.");
        }
    }
}
