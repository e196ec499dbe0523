using Artorizer.Jobs.Engine;
using Artorizer.Router.Errors;
using Artorizer.Router.Uploads;

namespace Artorizer.Router.Protect;

/// <summary>Images that a request only names: <c>image_url</c>, which is fetched, or <c>upload_id</c>, which is here already.</summary>
internal sealed class ReferencedImages(RemoteImages remote, UploadIntake uploads, UploadOriginals originals, EngineCatalog catalog)
{
    private const int MaxUploadId = 64;

    /// <summary>Stores the image under <paramref name="key"/>.</summary>
    /// <exception cref="ApiException">There is no image source, or two, or what it gives is refused.</exception>
    /// <exception cref="UploadSubmittedException">A job was made of the upload before.</exception>
    public async Task<ReceivedImage> ReceiveAsync(ProtectFields fields, string owner, string key, CancellationToken cancellationToken)
    {
        if (fields.Errors.Read(() => fields.Text(ProtectFieldNames.UploadId, 1, MaxUploadId)) is { } uploadId)
        {
            return await ReceiveUploadAsync(uploadId, fields, owner, key, cancellationToken);
        }

        var settings = ProtectionParameters.From(fields, catalog.Known, mustNameImage: true);
        return new ReceivedImage(settings, await remote.FetchAsync(settings.ImageUrl!, key, cancellationToken));
    }

    /// <summary>Refuses a named image beside one that was sent; to be told with what else is wrong.</summary>
    public static void Refuse(ProtectFields fields)
    {
        foreach (var name in (string[])[ProtectFieldNames.ImageUrl, ProtectFieldNames.UploadId])
        {
            if (fields.Has(name))
            {
                fields.Errors.Add(ApiException.BadField(name, "given beside a file; exactly one image source is required"));
            }
        }
    }

    private async Task<ReceivedImage> ReceiveUploadAsync(
        string uploadId, ProtectFields fields, string owner, string key, CancellationToken cancellationToken)
    {
        var upload = await uploads.OpenAsync(uploadId, owner, cancellationToken);
        try
        {
            if (await originals.FindJobAsync(upload, cancellationToken) is { } job)
            {
                throw new UploadSubmittedException(job);
            }

            fields.AddMissing(UploadFields.Kept(upload.Manifest));
            if (fields.Has(ProtectFieldNames.ImageUrl))
            {
                fields.Errors.Add(
                    ApiException.BadField(ProtectFieldNames.ImageUrl, "given beside upload_id; exactly one image source is required"));
            }

            var settings = ProtectionParameters.From(fields, catalog.Known);
            return new ReceivedImage(settings, await originals.StoreAsync(upload, key, cancellationToken), upload);
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }
}
