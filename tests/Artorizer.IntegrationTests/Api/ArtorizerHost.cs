using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Artorizer.IntegrationTests.Api;

/// <summary>The embedded edition as users run it: a process of its own, free ports, and a data folder that ends with it unless it was given.</summary>
public sealed partial class ArtorizerHost : IAsyncDisposable
{
    private const int Sigterm = 15;
    private const int Sigkill = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly bool _ownsData;
    private bool _stopped;

    private ArtorizerHost(Process process, string data, bool ownsData, int[] ports)
    {
        (_process, Data, _ownsData) = (process, data, ownsData);
        Address = new Uri($"http://127.0.0.1:{ports[0]}/");
        GrpcAddress = new Uri($"http://127.0.0.1:{ports[1]}/");
        Client = NewClient();
    }

    public Uri Address { get; }

    public Uri GrpcAddress { get; }

    /// <summary>The data folder.</summary>
    public string Data { get; }

    /// <summary>Calls <see cref="Address"/>.</summary>
    public HttpClient Client { get; }

    public int ProcessId => _process.Id;

    /// <summary>Standard output and error so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    private static string Program
    {
        get
        {
            // …/tests/Artorizer.IntegrationTests/bin/CONFIGURATION/FRAMEWORK/
            var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            var repository = here.Parent!.Parent!.Parent!.Parent!.Parent!;
            return Path.Combine(repository.FullName, "Artorizer.AppHost", "bin", here.Parent.Name, here.Name, "Artorizer.AppHost.dll");
        }
    }

    /// <summary>Starts a host and waits until it takes jobs.</summary>
    /// <param name="settings">Configuration, such as <c>Limits:MaxFileBytes</c>.</param>
    /// <param name="data">The data folder of an earlier host, or <see langword="null"/> for a new one.</param>
    /// <param name="arguments">Further arguments.</param>
    public static async Task<ArtorizerHost> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, string? data = null, params IReadOnlyList<string> arguments)
    {
        var ports = FreePorts(3);
        var folder = data ?? Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        var process = new Process
        {
            StartInfo = Start(settings, [.. Options(folder, ports), .. arguments]),
        };
        var host = new ArtorizerHost(process, folder, ownsData: data is null, ports);
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
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(Start(null, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>A client of its own, for headers and connections that others should not share.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = Address,
        Timeout = Patience,
    };

    /// <summary>Memory of the process that is its own and in RAM, in bytes (<c>VmRSS</c> of proc(5)).</summary>
    public long ResidentBytes()
    {
        var line = File.ReadLines($"/proc/{ProcessId}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>Exit code.</returns>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Sigterm);
        }

        await EndAsync();
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: the process has no say in it.</summary>
    public async Task KillAsync()
    {
        _ = Kill(_process.Id, Sigkill);
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await StopAsync();
        }

        Client.Dispose();
        _process.Dispose();
        if (_ownsData)
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    internal static int[] FreePorts(int count)
    {
        // Held open together until all are known, so that no port is given twice.
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
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
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
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
