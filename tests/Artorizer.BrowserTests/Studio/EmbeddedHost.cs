using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Artorizer.BrowserTests.Studio;

/// <summary>The embedded edition as users start it: a process with its own data folder and free ports.</summary>
internal sealed partial class EmbeddedHost : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _data;
    private readonly StringBuilder _output = new();

    private EmbeddedHost(Process process, string data, Uri address)
    {
        _process = process;
        _data = data;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="settings">Configuration beyond the ports and the data folder, such as <c>ApiKeys:Keys:0:Owner</c>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public static async Task<EmbeddedHost> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        if (!File.Exists(Repository.Host))
        {
            throw new FileNotFoundException($"Build Artorizer.Standalone ({Repository.Configuration}) first.", Repository.Host);
        }

        var ports = FreePorts(3);
        var data = Directory.CreateTempSubdirectory("artorizer-browser-").FullName;
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Repository.Host,
                "--port", ports[0].ToString(CultureInfo.InvariantCulture),
                "--grpc-port", ports[1].ToString(CultureInfo.InvariantCulture),
                "--processor-port", ports[2].ToString(CultureInfo.InvariantCulture),
                "--data", data,
            },
            WorkingDirectory = data,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var process = new Process { StartInfo = start };
        var host = new EmbeddedHost(process, data, new Uri($"http://127.0.0.1:{ports[0]}/"));
        process.OutputDataReceived += (_, line) => host.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => host.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await host.BecomeReadyAsync(cancellationToken);
        }
        catch (Exception failure)
        {
            await host.DisposeAsync();
            throw new InvalidOperationException($"The host did not become ready. Its output:\n{host.Output}", failure);
        }

        return host;
    }

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

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Sigterm);
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private async Task BecomeReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        using var client = new HttpClient { BaseAddress = Address };
        while (true)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"It exited with code {_process.ExitCode}.");
            }

            try
            {
                using var answer = await client.GetAsync(new Uri("health/ready", UriKind.Relative), limit.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100, limit.Token);
        }
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

    /// <summary>Held open together until all are known, so that no port is given twice.</summary>
    private static int[] FreePorts(int count)
    {
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

    private const int Sigterm = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
