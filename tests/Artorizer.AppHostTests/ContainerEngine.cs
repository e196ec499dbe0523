using System.ComponentModel;
using System.Diagnostics;

namespace Artorizer.AppHostTests;

/// <summary>Whether this machine can run containers.</summary>
public static class ContainerEngine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly Lazy<bool> Running = new(static () => Answers("docker") || Answers("podman"));

    /// <summary>Whether Docker or Podman answers.</summary>
    public static bool IsRunning => Running.Value;

    private static bool Answers(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "info") { RedirectStandardOutput = true, RedirectStandardError = true });
            if (process is null)
            {
                return false;
            }

            // Read away, so that it cannot wait for us.
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(Patience))
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
