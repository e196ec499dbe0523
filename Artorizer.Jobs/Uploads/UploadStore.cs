using System.Text.Json;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Secrets;

namespace Artorizer.Jobs.Uploads;

/// <summary>
/// Uploads in the object store, and nowhere else, so that they outlive the process and another router can go on with them:
/// <code>
/// uploads/{id}/manifest         what it is (JSON)
/// uploads/{id}/parts/{offset}-… its bytes, one object for each run that was received
/// uploads/{id}/content          its bytes, where the client put them by a presigned URL
/// </code>
/// How far an upload has come is nowhere written down: it is where the chain of its parts ends.
/// </summary>
/// <param name="objects">The store.</param>
/// <param name="secrets">Keeps secrets among the fields that came with an upload.</param>
/// <param name="time">Tells what has expired.</param>
public sealed class UploadStore(IObjectStore objects, StoredSecrets secrets, TimeProvider time)
{
    private const string Root = "uploads/";
    private const string ManifestName = "manifest";
    private const string ContentName = "content";
    private const string PartsName = "parts/";
    private const int MaxManifestBytes = 256 * 1024;

    // How long a presigned URL may still be used after its upload is gone, at most: the longest validity.
    private static readonly TimeSpan OrphanAge = TimeSpan.FromDays(7);

    /// <summary>Key of the object that a presigned URL leads to.</summary>
    public static string ContentKey(string id) => $"{Root}{id}/{ContentName}";

    /// <summary>
    /// Whether an object is the content of an upload that takes nothing more, because a job was made of it or it is gone: what is put to its
    /// presigned URL then is nobody's.
    /// </summary>
    public async Task<bool> IsOverAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.StartsWith(Root, StringComparison.Ordinal) && key.Split('/') is [_, var id, ContentName]
            && await FindAsync(id, cancellationToken) is not { JobId: null };
    }

    /// <summary>Stores an upload's manifest, replacing an earlier one.</summary>
    /// <exception cref="StorageFullException">There is no room.</exception>
    public async Task SaveAsync(UploadManifest manifest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        manifest = manifest with { Fields = Hidden(manifest.Fields), TusMetadata = Hidden(manifest.TusMetadata) };
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, UploadJsonContext.Default.UploadManifest);
        using var content = new MemoryStream(json, writable: false);
        await objects.PutAsync(
            Key(manifest.Id, ManifestName),
            content,
            new ObjectPutOptions { ContentType = "application/json", Length = json.Length },
            cancellationToken);
    }

    /// <summary>The manifest of an upload, expired or not; <see langword="null"/> if there is none.</summary>
    /// <param name="id">As a caller gave it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<UploadManifest?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!UploadManifest.IsId(id))
        {
            return null;
        }

        await using var content = await objects.OpenAsync(Key(id, ManifestName), 0, null, cancellationToken);
        if (content is null)
        {
            return null;
        }

        if (content.Length > MaxManifestBytes)
        {
            throw new InvalidDataException($"The manifest of upload {id} is damaged.");
        }

        var manifest = await JsonSerializer.DeserializeAsync(content.Stream, UploadJsonContext.Default.UploadManifest, cancellationToken);
        return manifest is null ? null : manifest with { Fields = Shown(manifest.Fields), TusMetadata = Shown(manifest.TusMetadata) };
    }

    /// <summary>Stores what <paramref name="content"/> yields as the part that begins at an offset; whole or not at all.</summary>
    /// <returns>Its length in bytes.</returns>
    /// <exception cref="StorageFullException">There is no room.</exception>
    /// <remarks>Exceptions of <paramref name="content"/> pass through unchanged; nothing is stored then.</remarks>
    public async Task<long> AddPartAsync(string id, long offset, Stream content)
    {
        // Not cancelled by the sender's leaving: what it sent before is kept. The content ends when the sender does.
        var stored = await objects.PutAsync(
            Key(id, PartsName + UploadPart.NewName(offset)), content, new ObjectPutOptions(), CancellationToken.None);
        return stored.Length;
    }

    /// <summary>The parts of an upload that make up its file from the first byte on.</summary>
    public async Task<IReadOnlyList<UploadPart>> PartsAsync(string id, CancellationToken cancellationToken)
    {
        var parts = new List<StoredObject>();
        await foreach (var part in objects.ListAsync(Key(id, PartsName), cancellationToken))
        {
            parts.Add(part);
        }

        return UploadPart.Chain(parts);
    }

    /// <summary>The file that parts make up.</summary>
    public Stream Open(IReadOnlyList<UploadPart> parts) => new UploadPartsStream(objects, parts);

    /// <summary>Removes an upload's bytes and keeps its manifest.</summary>
    public async Task DeleteBytesAsync(string id, CancellationToken cancellationToken)
    {
        await objects.DeletePrefixAsync(Key(id, PartsName), cancellationToken);
        await objects.DeleteAsync(ContentKey(id), cancellationToken);
    }

    /// <summary>
    /// Removes an upload with all that belongs to it. The manifest goes first, so that a crash leaves no
    /// half upload that can be resumed.
    /// </summary>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await objects.DeleteAsync(Key(id, ManifestName), cancellationToken);
        await objects.DeletePrefixAsync($"{Root}{id}/", cancellationToken);
    }

    /// <summary>Removes what has expired, and bytes that no manifest names any more. Returns how many uploads that were.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        string? current = null;
        var newest = DateTimeOffset.MinValue;
        await foreach (var stored in objects.ListAsync(Root, cancellationToken))
        {
            var id = stored.Key[Root.Length..stored.Key.IndexOf('/', Root.Length)];
            if (id != current)
            {
                removed += await SweepAsync(current, newest, cancellationToken);
                (current, newest) = (id, DateTimeOffset.MinValue);
            }

            newest = stored.LastModified > newest ? stored.LastModified : newest;
        }

        return removed + await SweepAsync(current, newest, cancellationToken);
    }

    private async Task<int> SweepAsync(string? id, DateTimeOffset newest, CancellationToken cancellationToken)
    {
        if (id is null)
        {
            return 0;
        }

        var now = time.GetUtcNow();
        var expired = await FindAsync(id, cancellationToken) is { } manifest ? manifest.ExpiresAt <= now : newest + OrphanAge <= now;
        if (expired)
        {
            await DeleteAsync(id, cancellationToken);
        }

        return expired ? 1 : 0;
    }

    // What names no token holds no secret, and needs no key.
    private string? Hidden(string? fields) =>
        fields?.Contains("token", StringComparison.OrdinalIgnoreCase) == true ? secrets.Protect(fields) : fields;

    private string? Shown(string? fields) => fields is null ? null : secrets.Reveal(fields);

    private static string Key(string id, string name) => $"{Root}{id}/{name}";
}
