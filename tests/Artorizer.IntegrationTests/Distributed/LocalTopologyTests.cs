using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>What <c>./run.sh --distributed</c> runs.</summary>
[Collection(nameof(DistributedCollection))]
public sealed partial class LocalTopologyTests(TopologyFixture pictures)
{
    // Ctrl-C would do the same, but is ignored by whatever was started in the background of a shell.
    private const int Sigterm = 15;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Starts_everything_takes_a_job_and_leaves_nothing_behind()
    {
        DistributedServers.RequireInstalled();
        var ports = ArtorizerHost.FreePorts(3);
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(ArtorizerHost.Programs, "Artorizer.AppHost.dll"), "--distributed",
            "--port", Text(ports[0]), "--grpc-port", Text(ports[1]), "--processor-port", Text(ports[2]),
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        string folder;
        int[] children;
        try
        {
            await Eventually.TrueAsync(() => process.HasExited || Output().Contains("Artorizer is ready", StringComparison.Ordinal), TimeSpan.FromMinutes(3));
            Assert.False(process.HasExited, Output());
            folder = Path.GetDirectoryName(Path.GetDirectoryName(LogsLine().Match(Output()).Groups[1].Value))!;
            children = Children(folder);

            // Redis, RabbitMQ with its port mapper, three daemons of the S3 server, and five services.
            Assert.True(children.Length >= 10, $"{children.Length} processes\n{Output()}");
            using var client = TopologyFixture.NewClient(new Uri($"http://127.0.0.1:{ports[0]}/"));
            var jobId = await client.SubmitAsync(pictures.Picture(), "a.jpg");
            Assert.Equal("completed", (string?)(await client.EndOfAsync(jobId))["status"]);
            using var page = await client.GetAsync(new Uri("", UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        }
        finally
        {
            _ = Kill(process.Id, Sigterm);
            await process.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromMinutes(2), Token);
        }

        Assert.Equal(0, process.ExitCode);
        Assert.False(Directory.Exists(folder));
        await Eventually.TrueAsync(() => !children.Any(child => Directory.Exists($"/proc/{Text(child)}")), TimeSpan.FromSeconds(10));

        void Append(string? line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }

        string Output()
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    // Whatever has the folder in its command line or its environment.
    private static int[] Children(string folder) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(id => id != Environment.ProcessId && Reads(id, "cwd", folder))];

    private static bool Reads(int id, string link, string folder)
    {
        try
        {
            return new FileInfo($"/proc/{Text(id)}/{link}").LinkTarget?.StartsWith(folder, StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or belongs to someone else.
            return false;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Logs\s+(\S+)")]
    private static partial Regex LogsLine();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
