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
    private readonly Lock _lock = new();
    private readonly IDisposable? _subscription;
    private readonly ILogger<ApiKeyRing> _logger;
    private readonly CancellationTokenSource _firstKey = new();
    private volatile FrozenDictionary<string, ApiKey> _keys = FrozenDictionary<string, ApiKey>.Empty;

    public ApiKeyRing(IOptionsMonitor<ApiKeysOptions> options, ILogger<ApiKeyRing> logger)
    {
        _logger = logger;
        Take(options.CurrentValue);
        _subscription = options.OnChange(Take);
    }

    /// <summary>Whether there is no key and never was one since the start.</summary>
    public bool IsEmpty => !_firstKey.IsCancellationRequested;

    /// <summary>Cancelled once there is a key: then callers without one are served no longer.</summary>
    public CancellationToken Closed => _firstKey.Token;

    /// <summary>A key, or <see langword="null"/>. Looked up by hash, so the time taken tells nothing of the keys.</summary>
    public ApiKey? Find(string key) => key.Length is > 0 and <= MaxKeyLength && _keys.TryGetValue(Hash(key), out var found) ? found : null;

    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    public void Dispose()
    {
        _subscription?.Dispose();
        _firstKey.Dispose();
    }

    private void Take(ApiKeysOptions options)
    {
        List<ApiKey> removed;
        lock (_lock)
        {
            var before = _keys;
            var owners = Hash(options);
            if (owners.Count == 0 && !IsEmpty)
            {
                LogClosed();
            }

            // A key that stays is the same object, whose requests go on; one whose owner is another now is another key.
            _keys = owners.ToFrozenDictionary(
                entry => entry.Key,
                entry => before.GetValueOrDefault(entry.Key) is { } known && known.Owner == entry.Value ? known : new ApiKey(entry.Value),
                StringComparer.Ordinal);
            removed = [.. before.Where(entry => !ReferenceEquals(_keys.GetValueOrDefault(entry.Key), entry.Value)).Select(entry => entry.Value)];
            if (owners.Count > 0)
            {
                _firstKey.Cancel();
            }
        }

        removed.ForEach(key => key.Dispose());
    }

    [LoggerMessage(
        1, LogLevel.Warning, "The last API key is gone from the configuration; nobody is let in until there is one, or until a restart without keys")]
    private partial void LogClosed();

    private static Dictionary<string, string> Hash(ApiKeysOptions options)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in options.Keys)
        {
            owners[entry.Key is { } key ? Hash(key) : entry.Sha256!.ToLowerInvariant()] = entry.Owner;
        }

        return owners;
    }
}

/// <summary>A key that is configured.</summary>
/// <param name="owner">Whose jobs it opens.</param>
internal sealed class ApiKey(string owner) : IDisposable
{
    private readonly CancellationTokenSource _removed = new();

    public string Owner => owner;

    /// <summary>Cancelled when it is configured no longer.</summary>
    public CancellationToken Removed => _removed.Token;

    /// <summary>Ends what goes on under it.</summary>
    public void Dispose()
    {
        _removed.Cancel();
        _removed.Dispose();
    }
}
