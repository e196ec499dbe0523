using System.Globalization;
using System.Text;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>The data directory, locked for this process until disposed. The kernel drops the lock with the process, however it ends.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock, IReadOnlyList<string> open)
    {
        Path = path;
        _lock = @lock;
        OpenToOthers = open;
    }

    /// <summary>What is open to other users of the machine, because it belongs to another user than this process's.</summary>
    public IReadOnlyList<string> OpenToOthers { get; }

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, "artorizer.db");

    public string Objects => System.IO.Path.Combine(Path, "objects");

    public string SecretKeys => System.IO.Path.Combine(Path, "keys");

    public string SigningKey => System.IO.Path.Combine(Path, "signing.key");

    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    /// <exception cref="DataDirectoryInUseException">Another process holds it.</exception>
    public static DataDirectory Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        Create(path);
        var lockPath = System.IO.Path.Combine(path, "lock");
        FileStream @lock;
        try
        {
            @lock = OpenOwned(lockPath, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(lockPath))
        {
            throw new DataDirectoryInUseException(
                $"The data directory {path} is in use by another Artorizer process{Holder(lockPath)}; stop it or choose another directory.",
                exception);
        }

        @lock.SetLength(0);
        @lock.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        @lock.Flush();

        // SQLite gives its log the mode that the database has, and the database one that is open to all.
        var directory = new DataDirectory(path, @lock, OwnerAccess.Tighten(path));
        OpenOwned(directory.Database, FileShare.ReadWrite).Dispose();
        return directory;
    }

    public static void Create(string path) => OwnerAccess.CreateDirectory(path);

    public void Dispose() => _lock.Dispose();

    private static FileStream OpenOwned(string path, FileShare share) =>
        new(path, OwnerAccess.File(FileMode.OpenOrCreate, FileAccess.ReadWrite, share));

    private static string Holder(string lockPath)
    {
        try
        {
            // Sharing everything asks for no lock, so this works while the other process holds its own (not on Windows).
            using var file = new FileStream(lockPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            var text = reader.ReadToEnd();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? $" ({id})" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
