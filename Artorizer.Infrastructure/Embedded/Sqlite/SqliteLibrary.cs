using System.Runtime.InteropServices;

namespace Artorizer.Infrastructure.Embedded.Sqlite;

/// <summary>
/// Loads SQLite so that it keeps to itself. Libraries in the same process can bring the system's own libsqlite3 into the
/// global scope (libvips does, through its OpenSlide module), and the dynamic linker would then bind calls inside our
/// SQLite to functions of the other one: a crash at the first statement. See dlopen(3), RTLD_DEEPBIND.
/// </summary>
internal static partial class SqliteLibrary
{
    private const int Now = 2;
    private const int DeepBind = 8;

    private static readonly Lazy<bool> Loaded = new(LoadOnce);

    /// <summary>Call before the first use of SQLite; later calls do nothing.</summary>
    public static void Load() => _ = Loaded.Value;

    private static bool LoadOnce()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        string[] folders =
            [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native")];
        var path = folders.Select(folder => Path.Combine(folder, "libe_sqlite3.so")).FirstOrDefault(File.Exists);

        // Where the file is elsewhere, the runtime finds it by its own rules and binds it as usual.
        return path is not null && Open(path, Now | DeepBind) != 0;
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);
}
