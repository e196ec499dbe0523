using System.Diagnostics;
using System.Text;
using Artorizer.IntegrationTests.Tasks;
using Artorizer.IntegrationTests.Uploads;
using Artorizer.IntegrationTests.Wire;

namespace Artorizer.IntegrationTests.Docs;

/// <summary>
/// A folder as the examples expect it, with the schemas and a few pictures, where they run against a host: but for the
/// addresses, and what only the reader can know, they are run as they stand.
/// </summary>
internal sealed class DocsFolder : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, string> _known;

    public DocsFolder(ExampleHost host, IEnumerable<(string Name, byte[] Content)> files)
    {
        _known = new() { ["localhost:7000"] = host.Client.BaseAddress!.Authority, ["localhost:50051"] = host.Target };
        foreach (var (name, content) in files)
        {
            File.WriteAllBytes(PathOf(name), content);
        }

        // An answer that is an error fails the example.
        File.WriteAllText(PathOf(".curlrc"), "silent\nshow-error\nfail-with-body\n");
        File.CreateSymbolicLink(PathOf("Artorizer.Contracts"), Path.Combine(Repository.Root, "Artorizer.Contracts"));
        File.CreateSymbolicLink(PathOf("node_modules"), Path.Combine(UploadPeer.Folder, "node_modules"));
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("artorizer-docs-").FullName;

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>The example with what this host and test know.</summary>
    public string Filled(string code, params IEnumerable<(string Of, string By)> known) =>
        known.Concat(_known.Select(pair => (pair.Key, pair.Value))).Aggregate(
            code, (text, pair) => text.Replace(pair.Item1, pair.Item2, StringComparison.Ordinal));

    public Task<string> ShellAsync(string code, params IEnumerable<(string Of, string By)> known) =>
        RunAsync("/bin/sh", ["-ec", Filled(code, known)]);

    public Task<string> BashAsync(string code, params IEnumerable<(string Of, string By)> known) =>
        RunAsync("/bin/bash", ["-euo", "pipefail", "-c", Filled(code, known)]);

    public Task<string> PythonAsync(string code, params IEnumerable<(string Of, string By)> known) =>
        RunAsync(WireTools.Python, ["-c", Filled(code, known)]);

    /// <summary>Runs a program here and gives its output, up to a line with what it need not go on after.</summary>
    public async Task<string> RunAsync(string program, string[] arguments, string? until = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root,
            Environment = { ["CURL_HOME"] = Root, ["NO_PROXY"] = "localhost,127.0.0.1" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = new StringBuilder();
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(Timeout);
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                output.AppendLine(line);
                if (until is not null && line.Contains(until, StringComparison.Ordinal))
                {
                    return output.ToString();
                }
            }

            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}:\n{output}{await errors}");
        Assert.Null(until);
        return output.ToString();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
