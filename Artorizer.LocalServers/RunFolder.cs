using System.Globalization;

namespace Artorizer.LocalServers;

/// <summary>
/// The folder of the servers that one run of the AppHost has: their data live as long as the run, so that a server can be
/// stopped and started again. At the end of a run it and its servers end in any order, and whichever ends last removes.
/// </summary>
public sealed class RunFolder
{
    private const string Prefix = "artorizer-apphost-";
    private const string RunningFile = "running";

    // Several runs may share a process, as in tests.
    private readonly string _path = Path.Combine(Path.GetTempPath(), Text($"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}"));

    /// <summary>The folder of one server. Nothing is made yet.</summary>
    /// <param name="server">Name of the server.</param>
    public string Of(string server) => Path.Combine(_path, server);

    /// <summary>Removes what runs that were killed have left behind.</summary>
    public static void RemoveAbandoned()
    {
        foreach (var run in Directory.EnumerateDirectories(Path.GetTempPath(), $"{Prefix}*"))
        {
            if (int.TryParse(Path.GetFileName(run)[Prefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out var owner) && !IsAlive(owner))
            {
                Remove(run);
            }
        }
    }

    /// <summary>Removes what this run has left. Servers that are still stopping remove theirs.</summary>
    public void Remove() => Remove(_path);

    /// <summary>Says that a server is running in a folder, until <see cref="Leave"/>.</summary>
    internal static void Enter(string folder) => File.WriteAllText(Path.Combine(folder, RunningFile), Text($"{Environment.ProcessId}"));

    /// <summary>Says that the server has stopped, and removes its folder if the run has ended.</summary>
    internal static void Leave(string folder, int owner)
    {
        File.Delete(Path.Combine(folder, RunningFile));
        if (!IsAlive(owner))
        {
            Remove(Path.GetDirectoryName(folder)!);
        }
    }

    private static void Remove(string run)
    {
        if (!Directory.Exists(run))
        {
            return;
        }

        foreach (var server in Directory.EnumerateDirectories(run))
        {
            if (!IsRunning(server))
            {
                Directory.Delete(server, recursive: true);
            }
        }

        if (!Directory.EnumerateFileSystemEntries(run).Any())
        {
            Directory.Delete(run);
        }
    }

    private static bool IsRunning(string server)
    {
        var file = Path.Combine(server, RunningFile);
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var process) && IsAlive(process);
    }

    private static bool IsAlive(int process) => Directory.Exists(Text($"/proc/{process}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
