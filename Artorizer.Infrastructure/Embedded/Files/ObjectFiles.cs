using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Artorizer.Infrastructure.Embedded.Files;

/// <summary>
/// The files of large objects. Each put makes a file of its own, named by the run of the process and a number in it, in one
/// of 256 directories; the row in the database says which file holds an object. So replacing an object never changes a
/// file that someone reads, and a crash leaves at worst a file that no row names, which the sweep of a later run removes.
/// </summary>
internal sealed class ObjectFiles
{
    private readonly string _root;
    private readonly string _temporary;

    // Random rather than counted, so that opening a full disk writes nothing.
    private readonly string _runPrefix = RandomNumberGenerator.GetHexString(16, lowercase: true) + "-";
    private readonly ConcurrentDictionary<string, byte> _open = [];
    private readonly bool[] _shards = new bool[256];
    private long _next;

    public ObjectFiles(string root)
    {
        _root = root;
        _temporary = Path.Combine(root, "tmp");
        DataDirectory.Create(root);
        DataDirectory.Create(_temporary);
        DurableFile.SyncDirectory(root);
        foreach (var file in Directory.EnumerateFiles(_temporary))
        {
            File.Delete(file);
        }
    }

    /// <summary>Begins a file for an object. Its name is relative to the root.</summary>
    public (SafeFileHandle Handle, string Temporary, string Name) Create(string key)
    {
        var number = Interlocked.Increment(ref _next);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Shard(key):x2}/{_runPrefix}{number:x10}");
        var temporary = Path.Combine(_temporary, string.Create(CultureInfo.InvariantCulture, $"{_runPrefix}{number:x10}"));
        _open[temporary] = 0;
        try
        {
            return (OwnerAccess.CreateFile(temporary), temporary, name);
        }
        catch
        {
            _open.TryRemove(temporary, out _);
            throw;
        }
    }

    /// <summary>Makes a complete file durable under its name.</summary>
    public void Keep(SafeFileHandle handle, string temporary, string name)
    {
        RandomAccess.FlushToDisk(handle);
        handle.Dispose();
        var path = Path.Combine(_root, name);
        EnsureShard(Path.GetDirectoryName(path)!);

        // With overwrite this is one rename(2); without, it is a link and an unlink.
        File.Move(temporary, path, overwrite: true);
        _open.TryRemove(temporary, out _);
        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Removes an unfinished file.</summary>
    public void Abandon(SafeFileHandle handle, string temporary)
    {
        handle.Dispose();
        File.Delete(temporary);
        _open.TryRemove(temporary, out _);
    }

    /// <exception cref="FileNotFoundException">It was removed.</exception>
    public SafeFileHandle Open(string name) =>
        File.OpenHandle(Path.Combine(_root, name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);

    public void Remove(string name) => File.Delete(Path.Combine(_root, name));

    /// <summary>Names of the files of earlier runs, a directory at a time.</summary>
    public IEnumerable<string> FromEarlierRuns()
    {
        foreach (var shard in Directory.EnumerateDirectories(_root, "??"))
        {
            var directory = Path.GetFileName(shard);
            foreach (var path in Directory.EnumerateFiles(shard))
            {
                var file = Path.GetFileName(path);
                if (!file.StartsWith(_runPrefix, StringComparison.Ordinal))
                {
                    yield return directory + "/" + file;
                }
            }
        }
    }

    /// <summary>Removes temporary files that no put holds: those whose removal failed. Returns how many.</summary>
    public int RemoveStale()
    {
        var removed = 0;
        foreach (var file in Directory.EnumerateFiles(_temporary))
        {
            if (!_open.ContainsKey(file))
            {
                File.Delete(file);
                removed++;
            }
        }

        return removed;
    }

    private void EnsureShard(string path)
    {
        ref var known = ref _shards[byte.Parse(Path.GetFileName(path), NumberStyles.HexNumber, CultureInfo.InvariantCulture)];
        if (!Volatile.Read(ref known))
        {
            DataDirectory.Create(path);
            DurableFile.SyncDirectory(_root);
            Volatile.Write(ref known, true);
        }
    }

    private static byte Shard(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        return hash[0];
    }
}
