using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>The example program as a process of its own, on free ports and a folder that ends with it.</summary>
public sealed class ExampleHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ExampleHost(Process process, string folder, int[] ports)
    {
        (_process, Folder) = (process, folder);
        Target = string.Create(CultureInfo.InvariantCulture, $"localhost:{ports[1]}");
        Client = new HttpClient { BaseAddress = new Uri($"http://localhost:{ports[0]}/"), Timeout = Patience };
    }

    /// <summary>Calls the HTTP port.</summary>
    public HttpClient Client { get; }

    /// <summary>Name and port of the gRPC port.</summary>
    public string Target { get; }

    public string Folder { get; }

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

    public static async Task<ExampleHost> StartAsync(params IEnumerable<(string Name, string Value)> settings)
    {
        // …/tests/Artorizer.IntegrationTests/bin/CONFIGURATION/FRAMEWORK/
        var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var repository = here.Parent!.Parent!.Parent!.Parent!.Parent!;
        const string Example = "Artorizer.Examples.Tasks";
        var program = Path.Combine(repository.FullName, "examples", Example, "bin", here.Parent.Name, here.Name, Example + ".dll");
        var folder = Directory.CreateTempSubdirectory("artorizer-example-").FullName;
        var ports = FreePorts(3);
        (string Name, string Value)[] all =
        [
            ("Port", Text(ports[0])), ("GrpcPort", Text(ports[1])), ("EnginePort", Text(ports[2])),
            ("Embedded:DataDirectory", Path.Combine(folder, "data")), ("Outbox", Path.Combine(folder, "outbox")), ("Worker:RetryDelay", "00:00:00.100"),
            .. settings,
        ];
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [program, .. all.Select(s => $"--{s.Name}={s.Value}")])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        var host = new ExampleHost(process, folder, ports);
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
            throw new InvalidOperationException($"The example did not become ready. Its output:\n{host.Output}", failure);
        }
    }

    /// <summary>Memory of the process that is its own and in RAM, in bytes.</summary>
    public long ResidentBytes() => ArtorizerHost.ResidentBytes(_process.Id);

    /// <summary>Sockets that the process holds open.</summary>
    public int OpenSockets() => ArtorizerHost.OpenSockets(_process.Id);

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>Exit code.</returns>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Client.Dispose();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static int[] FreePorts(int count)
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

    private async Task BecomeReadyAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!Output.Contains("Tasks are taken at", StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, "It ended.");
            await Task.Delay(50, limit.Token);
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
