using System.Diagnostics;
using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Wire;

namespace Artorizer.IntegrationTests.Uploads;

/// <summary>Runs the Node programs of <c>tests/peers/uploads</c>, which print one JSON object at their end.</summary>
internal static class UploadPeer
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);
    private static readonly SemaphoreSlim Installing = new(1, 1);

    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "peers", "uploads");

    public static async Task<JsonNode> RunAsync(string script, params string[] arguments)
    {
        await InstallAsync();
        return JsonNode.Parse(await ExecuteAsync(WireTools.Require("node", "nodejs"), [Path.Combine(Folder, script), .. arguments]))!;
    }

    /// <summary>Installs their packages where they are missing.</summary>
    public static async Task InstallAsync()
    {
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!Directory.Exists(Path.Combine(Folder, "node_modules", "tus-js-client")))
            {
                await ExecuteAsync(WireTools.Require("npm", "npm"), ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            }
        }
        finally
        {
            Installing.Release();
        }
    }

    private static async Task<string> ExecuteAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(Timeout);
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Assert.True(process.ExitCode == 0, $"{Path.GetFileName(arguments[0])} ended with {process.ExitCode}: {await error}");
        return await output;
    }
}
