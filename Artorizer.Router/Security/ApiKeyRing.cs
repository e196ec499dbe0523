using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Security;

/// <summary>The configured keys, by hash. Reloaded when the configuration changes, so that a key can be revoked without a restart.</summary>
internal sealed class ApiKeyRing : IDisposable
{
    private const int MaxKeyLength = 512;
    private readonly IDisposable? _subscription;
    private volatile FrozenDictionary<string, string> _ownerByHash;

    public ApiKeyRing(IOptionsMonitor<ApiKeysOptions> options)
    {
        _ownerByHash = Hash(options.CurrentValue);
        _subscription = options.OnChange(o => _ownerByHash = Hash(o));
    }

    public bool IsEmpty => _ownerByHash.Count == 0;

    /// <summary>The owner of a key, or <see langword="null"/>. Looked up by hash, so the time taken tells nothing of the keys.</summary>
    public string? FindOwner(string key) =>
        key.Length is > 0 and <= MaxKeyLength && _ownerByHash.TryGetValue(Hash(key), out var owner) ? owner : null;

    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    public void Dispose() => _subscription?.Dispose();

    private static FrozenDictionary<string, string> Hash(ApiKeysOptions options)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in options.Keys)
        {
            owners[entry.Key is { } key ? Hash(key) : entry.Sha256!.ToLowerInvariant()] = entry.Owner;
        }

        return owners.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
