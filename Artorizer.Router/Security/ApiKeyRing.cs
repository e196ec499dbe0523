using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Security;

/// <summary>
/// The configured keys, by hash. Reloaded when the configuration changes, so that a key can be revoked without a restart. A server
/// that had keys stays closed when the last one is gone, for a file that was emptied or lost must not open it to anybody.
/// </summary>
internal sealed partial class ApiKeyRing : IDisposable
{
    private const int MaxKeyLength = 512;
    private readonly IDisposable? _subscription;
    private readonly ILogger<ApiKeyRing> _logger;
    private volatile FrozenDictionary<string, string> _ownerByHash = FrozenDictionary<string, string>.Empty;
    private volatile bool _hadKeys;

    public ApiKeyRing(IOptionsMonitor<ApiKeysOptions> options, ILogger<ApiKeyRing> logger)
    {
        _logger = logger;
        Take(options.CurrentValue);
        _subscription = options.OnChange(Take);
    }

    /// <summary>Whether there is no key and never was one since the start.</summary>
    public bool IsEmpty => !_hadKeys;

    /// <summary>The owner of a key, or <see langword="null"/>. Looked up by hash, so the time taken tells nothing of the keys.</summary>
    public string? FindOwner(string key) =>
        key.Length is > 0 and <= MaxKeyLength && _ownerByHash.TryGetValue(Hash(key), out var owner) ? owner : null;

    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    public void Dispose() => _subscription?.Dispose();

    private void Take(ApiKeysOptions options)
    {
        var owners = Hash(options);
        if (owners.Count == 0 && _hadKeys)
        {
            LogClosed();
        }

        _ownerByHash = owners;
        _hadKeys |= owners.Count > 0;
    }

    [LoggerMessage(1, LogLevel.Warning, "The last API key is gone from the configuration; nobody is let in until there is one, or until a restart without keys")]
    private partial void LogClosed();

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
