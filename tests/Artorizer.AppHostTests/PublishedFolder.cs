using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Artorizer.AppHostTests;

/// <summary>Artorizer.Standalone as a folder that needs nothing but the .NET runtime, as docs/deployment.md makes it.</summary>
public sealed class PublishedFolder : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("artorizer-published-");

    /// <summary>The program in it.</summary>
    public string Program => Path.Combine(_folder.FullName, "Artorizer.Standalone");

    public async ValueTask InitializeAsync()
    {
        // …/tests/Artorizer.AppHostTests/bin/CONFIGURATION/FRAMEWORK/
        var configuration = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Parent!.Name;
        var start = new ProcessStartInfo("dotnet")
        {
            // It was built with the tests.
            ArgumentList =
            {
                "publish", "Artorizer.Standalone", "-c", configuration, "--no-build", "--nologo", "-v", "quiet", "-o", _folder.FullName,
            },
            WorkingDirectory = PublishedManifest.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var (exitCode, output) = await RunAsync(start);
        Assert.True(exitCode == 0, output);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs the program to its end, somewhere else than in its own folder.</summary>
    /// <returns>Exit code, and everything that it wrote.</returns>
    public Task<(int ExitCode, string Output)> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunAsync(Start(environment, arguments));

    internal ProcessStartInfo Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The program looks for the runtime in few places; the tests may have theirs from another.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
