using Microsoft.Win32.SafeHandles;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>
/// Directories and files that their owner alone may enter, read and write (0700, 0600), whatever the umask says. On Windows they inherit
/// the access of the folder above.
/// </summary>
public static class OwnerAccess
{
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileAccessMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a directory, unless it is there.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, DirectoryMode);
        }
    }

    /// <summary>How a file is opened such that, if that makes it, it is its owner's. Unbuffered.</summary>
    public static FileStreamOptions File(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is not (FileMode.Open or FileMode.Append))
        {
            options.UnixCreateMode = FileAccessMode;
        }

        return options;
    }

    /// <summary>Takes a directory, what is in it, and the directories below it from all but their owner, where somebody opened them.</summary>
    /// <returns>What belongs to another user, who alone can do that, and is open.</returns>
    public static IReadOnlyList<string> Tighten(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return [];
        }

        var open = new List<string>();
        Tighten(path, DirectoryMode, open);
        foreach (var directory in Directory.EnumerateDirectories(path, "*", SearchOption.AllDirectories))
        {
            Tighten(directory, DirectoryMode, open);
        }

        // Files below are in directories that nobody else enters; there may be very many.
        foreach (var file in Directory.EnumerateFiles(path))
        {
            Tighten(file, FileAccessMode, open);
        }

        return open;
    }

    /// <summary>Makes a file to be written asynchronously.</summary>
    internal static SafeFileHandle CreateFile(string path)
    {
        var handle = System.IO.File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileOptions.Asynchronous);
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(handle, FileAccessMode);
        }

        return handle;
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Tighten(string path, UnixFileMode allowed, List<string> open)
    {
        if ((System.IO.File.GetUnixFileMode(path) & ~allowed) == 0)
        {
            return;
        }

        try
        {
            System.IO.File.SetUnixFileMode(path, allowed);
        }
        catch (UnauthorizedAccessException)
        {
            open.Add(path);
        }
    }
}
