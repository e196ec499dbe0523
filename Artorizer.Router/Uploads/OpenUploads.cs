using Artorizer.Jobs.Uploads;
using Artorizer.Router.Errors;
using Artorizer.Router.Security;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Uploads;

/// <summary>
/// Uploads that each owner has begun and not submitted, and the bytes that they announce; callers of this machine, where no key is needed,
/// are not counted. Each router counts what it has begun itself.
/// </summary>
internal sealed class OpenUploads(IOptionsMonitor<UploadOptions> options, TimeProvider time)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<string, Entry>> _byOwner = new(StringComparer.Ordinal);

    /// <summary>Counts an upload until it is closed, or expires.</summary>
    /// <param name="manifest">The upload.</param>
    /// <param name="most">What an upload may become that does not say how long it is, in bytes.</param>
    /// <exception cref="ApiException">429: there are too many, or too large ones.</exception>
    public void Open(UploadManifest manifest, long most)
    {
        if (manifest.Owner == ApiKeyAuthentication.LocalOwner)
        {
            return;
        }

        var limits = options.CurrentValue;
        lock (_lock)
        {
            if (!_byOwner.TryGetValue(manifest.Owner, out var open))
            {
                _byOwner[manifest.Owner] = open = new Dictionary<string, Entry>(StringComparer.Ordinal);
            }

            Forget(open);
            var length = manifest.Length ?? most;
            if (open.Count >= limits.MaxOpen || open.Values.Sum(upload => upload.Length) + length > limits.MaxOpenBytes)
            {
                throw new ApiException(
                    StatusCodes.Status429TooManyRequests,
                    "Too many open uploads",
                    $"At most {limits.MaxOpen} uploads of together {limits.MaxOpenBytes:N0} bytes may be open. Finish or delete one first.")
                {
                    RetryAfter = RetryAfter,
                };
            }

            open[manifest.Id] = new Entry(length, manifest.ExpiresAt);
        }
    }

    /// <summary>Counts an upload no longer: it was submitted, or is gone.</summary>
    public void Close(UploadManifest manifest)
    {
        lock (_lock)
        {
            if (_byOwner.TryGetValue(manifest.Owner, out var open) && open.Remove(manifest.Id) && open.Count == 0)
            {
                _byOwner.Remove(manifest.Owner);
            }
        }
    }

    private void Forget(Dictionary<string, Entry> open)
    {
        var now = time.GetUtcNow();
        foreach (var (id, upload) in open)
        {
            if (upload.ExpiresAt <= now)
            {
                open.Remove(id);
            }
        }
    }

    private sealed record Entry(long Length, DateTimeOffset ExpiresAt);
}
