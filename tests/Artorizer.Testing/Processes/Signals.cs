using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Artorizer.Testing.Processes;

/// <summary>Signals to processes that tests start.</summary>
public static partial class Signals
{
    /// <summary>What Ctrl-C sends.</summary>
    public const int Interrupt = 2;

    /// <summary>Asks a process to end.</summary>
    public const int Terminate = 15;

    /// <summary>Ends a process, which has no say in it.</summary>
    public const int Kill = 9;

    /// <summary>Makes a process stand still.</summary>
    public const int Stop = 19;

    /// <summary>Lets it go on.</summary>
    public const int Continue = 18;

    /// <summary>Sends a signal; to a process that has ended, nothing.</summary>
    public static void Send(Process process, int signal)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (!process.HasExited)
        {
            _ = NativeKill(process.Id, signal);
        }
    }

    /// <summary>
    /// Describes a process on which every signal has its usual effect. Shells have the jobs in their background ignore SIGINT
    /// and SIGQUIT, <c>nohup</c> has them ignore SIGHUP, and all that these start inherits it.
    /// </summary>
    /// <param name="program">Its path, or its name where the shell would find it.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Output and error are redirected; the process keeps its number, for <c>env</c> becomes the program.</returns>
    public static ProcessStartInfo WithDefaultSignals(string program, IEnumerable<string> arguments) =>
        new("env", ["--default-signal", program, .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int NativeKill(int pid, int signal);
}
