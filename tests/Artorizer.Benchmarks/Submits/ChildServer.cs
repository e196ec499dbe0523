using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Artorizer.Benchmarks.Submits;

/// <summary>A server in a process of its own, stopped when disposed.</summary>
internal sealed class ChildServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private ChildServer(Process process, Uri address)
    {
        (_process, Address) = (process, address);
    }

    public Uri Address { get; }

    public static Task<ChildServer> StartAsync(string[] arguments, string readyPath)
    {
        var port = FreePort();
        return StartAsync("dotnet", [typeof(ChildServer).Assembly.Location, .. arguments, port.ToString(CultureInfo.InvariantCulture)], [], port, readyPath);
    }

    /// <summary>Folder of the application as built beside this program.</summary>
    public static string Programs
    {
        get
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;
            var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));
            return Path.Combine(root, "Artorizer.Standalone", "bin", configuration, "net10.0");
        }
    }

    /// <summary>The embedded host.</summary>
    public static Task<ChildServer> StartHostAsync(string data)
    {
        var program = Path.Combine(Programs, "Artorizer.Standalone.dll");
        var (port, grpcPort, processorPort) = (FreePort(), FreePort(), FreePort());
        string[] arguments = [program, "--port", $"{port}", "--grpc-port", $"{grpcPort}", "--processor-port", $"{processorPort}", "--data", data];
        return StartAsync("dotnet", arguments, new() { ["Worker__Concurrency"] = "1", ["Logging__LogLevel__Default"] = "Warning" }, port, "/health/ready");
    }

    /// <summary>Memory of the process that is in RAM, in bytes (<c>VmRSS</c> of proc(5)).</summary>
    public long ResidentBytes()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<ChildServer> StartAsync(string program, string[] arguments, Dictionary<string, string> environment, int port, string readyPath)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ChildServer(process, new Uri($"http://127.0.0.1:{port}/"));
        using var http = new HttpClient { BaseAddress = server.Address };
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var response = await http.GetAsync(readyPath);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return server;
                }
            }
            catch (HttpRequestException) when (!process.HasExited && Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(100);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
