using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Artorizer.IntegrationTests.Api;

/// <summary>The embedded edition: a process of its own, free ports, and a data folder that ends with it unless it was given.</summary>
public sealed partial class EmbeddedArtorizerHost : ArtorizerHost
{
    private const int Sigterm = 15;
    private const int Sigkill = 9;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly bool _ownsData;
    private bool _stopped;

    private EmbeddedArtorizerHost(Process process, string data, bool ownsData, int[] ports)
        : base(data, new Uri($"http://127.0.0.1:{ports[0]}/"), new Uri($"http://127.0.0.1:{ports[1]}/"))
    {
        (_process, _ownsData) = (process, ownsData);
    }

    public override int ProcessId => _process.Id;

    public override string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a host and waits until it takes jobs.</summary>
    /// <param name="settings">Configuration, such as <c>Limits:MaxFileBytes</c>.</param>
    /// <param name="data">The data folder of an earlier host, or <see langword="null"/> for a new one.</param>
    /// <param name="arguments">Further arguments.</param>
    public static async Task<EmbeddedArtorizerHost> LaunchAsync(
        IReadOnlyDictionary<string, string?>? settings, string? data, IReadOnlyList<string> arguments)
    {
        var ports = FreePorts(3);
        var folder = data ?? Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        var process = new Process
        {
            StartInfo = Start(settings, [.. Options(folder, ports), .. arguments]),
        };
        var host = new EmbeddedArtorizerHost(process, folder, ownsData: data is null, ports);
        process.OutputDataReceived += (_, line) => host.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => host.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await host.BecomeReadyAsync();
            return host;
        }
        catch (Exception failure)
        {
            await host.DisposeAsync();
            throw new InvalidOperationException($"The host did not become ready. Its output:\n{host.Output}", failure);
        }
    }

    /// <summary>Runs the program to its end, for its commands and refusals.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> CallAsync(IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(Start(null, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }

    public override async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Sigterm);
        }

        await EndAsync();
        return _process.ExitCode;
    }

    public override async Task KillAsync()
    {
        _ = Kill(_process.Id, Sigkill);
        await EndAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await StopAsync();
        }

        await base.DisposeAsync();
        _process.Dispose();
        if (_ownsData)
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    private static IEnumerable<string> Options(string data, int[] ports)
    {
        yield return "--data";
        yield return data;
        foreach (var (option, port) in new[] { "--port", "--grpc-port", "--processor-port" }.Zip(ports))
        {
            yield return option;
            yield return port.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static ProcessStartInfo Start(IReadOnlyDictionary<string, string?>? settings, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Programs, "Artorizer.Standalone.dll"), .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return start;
    }

    private async Task BecomeReadyAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"It ended with exit code {_process.ExitCode}.");
            }

            try
            {
                using var answer = await Client.GetAsync(new Uri("health/ready", UriKind.Relative), limit.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50, limit.Token);
        }
    }

    private async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        _stopped = true;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
