using System.ComponentModel;
using System.Diagnostics;

namespace Artorizer.AppHost.Topology;

/// <summary>Whether this machine can run containers.</summary>
internal static class ContainerEngine
{
    // A client without an engine says so at once; a machine that is waking its engine takes a while.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Whether Docker or Podman answers.</summary>
    public static bool Answers() => Answers("docker") || Answers("podman");

    private static bool Answers(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "info") { RedirectStandardOutput = true, RedirectStandardError = true })!;

            // Read away, or a full pipe would stop it.
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(Timeout))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            // Not installed.
            return false;
        }
    }
}
