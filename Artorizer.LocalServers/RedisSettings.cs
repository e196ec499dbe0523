namespace Artorizer.LocalServers;

/// <summary>The settings file of a local Redis server.</summary>
internal static class RedisSettings
{
    public static IEnumerable<string> Lines(int port, string folder, long maxMemory = 0, string? password = null)
    {
        yield return $"port {port}";
        yield return "bind 127.0.0.1";
        yield return $"dir \"{folder}\"";
        yield return "daemonize no";

        // The file is rewritten from memory as it grows; snapshots beside it would only cost the disk.
        yield return "appendonly yes";
        yield return "appendfsync everysec";
        yield return "save \"\"";
        yield return $"maxmemory {maxMemory}";
        yield return "maxmemory-policy noeviction";
        if (password is not null)
        {
            yield return $"requirepass \"{password}\"";
        }
    }
}
