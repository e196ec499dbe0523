using Artorizer.Jobs.Uploads;
using Artorizer.Router.Protect;

namespace Artorizer.Router.Uploads;

/// <summary>An upload in the hands of one connection.</summary>
internal sealed class OpenUpload(UploadTurn turn, UploadManifest manifest) : IDisposable
{
    public string Id => turn.Session.Id;

    public UploadManifest Manifest { get; set; } = manifest;

    public UploadSession Session => turn.Session;

    /// <summary>Cancelled when a newer connection wants the upload.</summary>
    public CancellationToken Wanted => turn.Wanted;

    /// <summary>First byte that is not stored. A submitted upload is complete, though its bytes are gone.</summary>
    public long Offset => Manifest.JobId is null ? Session.Offset ?? 0 : Manifest.Length ?? 0;

    public bool IsComplete => Offset == Manifest.Length;

    /// <summary>What the sender says of the file.</summary>
    public ImageDeclaration Declaration =>
        new(Manifest.FileName, Manifest.ContentType, Manifest.Length) { IsSigned = Manifest.Way == UploadWays.Presigned };

    public void Dispose() => turn.Dispose();
}
