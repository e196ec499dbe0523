using System.Diagnostics;

namespace Artorizer.AppHostTests;

/// <summary>What the AppHost writes when it publishes: it runs as a process of its own, as azd starts it.</summary>
internal sealed class PublishedOutput : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("artorizer-publish-");

    private PublishedOutput()
    {
    }

    // Where it was built: the copy beside the tests lacks what the tests' own frameworks bring.
    private static string AppHost
    {
        get
        {
            // …/tests/Artorizer.AppHostTests/bin/CONFIGURATION/FRAMEWORK/
            var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            return Path.Combine(Projects.Artorizer_AppHost.ProjectPath, "bin", here.Parent!.Name, here.Name, "Artorizer.AppHost.dll");
        }
    }

    public static async Task<PublishedOutput> RunAsync(string step, string output, params string[] settings)
    {
        var published = new PublishedOutput();
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                AppHost,
                "--operation", "publish", "--step", step, "--output-path", Path.Combine(published._folder.FullName, output),
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in settings)
        {
            start.ArgumentList.Add(setting);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The AppHost did not start.");
        try
        {
            var said = process.StandardOutput.ReadToEndAsync(limit.Token);
            var complained = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"Exit code {process.ExitCode}.\n{await said}\n{await complained}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return published;
    }

    public string Read(params string[] path) => File.ReadAllText(Path.Combine([_folder.FullName, .. path]));

    public void Dispose() => _folder.Delete(recursive: true);
}
