using System.Diagnostics;
using System.Text.Json;

namespace Artorizer.AppHostTests;

/// <summary>The manifest that the AppHost writes when it is published: as a process of its own, as azd starts it.</summary>
public sealed class PublishedManifest : IAsyncLifetime
{
    /// <summary>The reviewed copy, in the repository.</summary>
    public const string ReviewedPath = "deploy/manifest.json";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);
    private JsonDocument? _document;

    /// <summary>Folder of the solution.</summary>
    public static string Root { get; } = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Projects.Artorizer_AppHost.ProjectPath))!;

    /// <summary>The manifest as written.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Everything in it by name.</summary>
    public JsonElement Resources => _document!.RootElement.GetProperty("resources");

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

    public async ValueTask InitializeAsync()
    {
        // As deep as deploy/: the paths of the projects are relative to the manifest.
        var folder = Directory.CreateDirectory(Path.Combine(Root, "artifacts"));
        var output = Path.Combine(folder.FullName, $"manifest-{Guid.NewGuid():N}.json");
        try
        {
            await PublishAsync(output);
            Text = await File.ReadAllTextAsync(output);
        }
        finally
        {
            File.Delete(output);
        }

        _document = JsonDocument.Parse(Text);
    }

    public ValueTask DisposeAsync()
    {
        _document?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task PublishAsync(string output)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { AppHost, "--operation", "publish", "--step", "publish-manifest", "--output-path", output },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
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
    }
}
