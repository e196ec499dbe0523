using System.Runtime.InteropServices;
using Artorizer.Jobs.Objects;

namespace Artorizer.Infrastructure.Embedded.Files;

/// <summary>Making files and their names durable, and telling a full disk from other errors.</summary>
internal static partial class DurableFile
{
    private const int ErrorInterrupted = 4;
    private const int ErrorNoSpace = 28;
    private const int ErrorQuotaLinux = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int CloseOnExecLinux = 0x80000;

    /// <summary>
    /// Makes renames and new names in a directory durable: fsync of a file does not reach the entry that names it (fsync(2)).
    /// On Windows the file system's journal does that.
    /// </summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Retry(() => Open(path, OperatingSystem.IsLinux() ? CloseOnExecLinux : 0), path);
        try
        {
            Retry(() => Sync(descriptor), path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Writes a small file that is there whole or not at all, readable by its owner only.</summary>
    public static void WriteSecret(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, OwnerAccess.File(FileMode.CreateNew, FileAccess.Write, FileShare.Read)))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Whether the error means that the disk, or a quota, is full.</summary>
    public static bool IsDiskFull(Exception exception) =>
        exception is IOException and not StorageFullException
        && exception.HResult is ErrorNoSpace or ErrorQuotaLinux or WindowsDiskFull;

    private static int Retry(Func<int> call, string path)
    {
        while (true)
        {
            var result = call();
            if (result >= 0)
            {
                return result;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error != ErrorInterrupted)
            {
                throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
