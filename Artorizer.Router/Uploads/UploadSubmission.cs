using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Uploads;
using Artorizer.Router.Errors;
using Artorizer.Router.Protect;

namespace Artorizer.Router.Uploads;

/// <summary>Submits complete uploads by the fields that came with them.</summary>
internal sealed class UploadSubmission(ImageSubmission submission, UploadOriginals originals, EngineCatalog catalog)
{
    /// <summary>Makes a job of the upload; one that was submitted before gives its job again.</summary>
    /// <exception cref="ApiException">The fields or the image are refused, or too much waits.</exception>
    public async Task<CreateJobResult> SubmitAsync(OpenUpload upload, CancellationToken cancellationToken)
    {
        if (await originals.FindJobAsync(upload, cancellationToken) is { } earlier)
        {
            return new CreateJobResult(CreateJobOutcome.IdempotentReplay, earlier);
        }

        return await submission.SubmitAsync(
            upload.Manifest.Owner,
            idempotencyKey: null,
            async key => new ReceivedImage(
                Validate(upload.Manifest, new FieldErrors()), await originals.StoreAsync(upload, key, cancellationToken), upload),
            cancellationToken);
    }

    /// <summary>Reads the fields that came with an upload as those of its submission.</summary>
    /// <param name="manifest">The upload.</param>
    /// <param name="errors">What was found to be wrong before.</param>
    /// <exception cref="ApiException">
    /// 400 naming everything that is wrong; so are the ways in which the caller waits, for there is
    /// no answer to put the result in.
    /// </exception>
    public ProtectionParameters Validate(UploadManifest manifest, FieldErrors errors)
    {
        var fields = new ProtectFields(errors);
        fields.AddMissing(UploadFields.Kept(manifest));
        var settings = ProtectionParameters.From(fields, catalog.Known);
        return settings.Via == JobVia.Queue
            ? settings
            : throw ApiException.BadField(ProtectFieldNames.Via, "must be queue here; POST /protect with upload_id takes the others");
    }
}
