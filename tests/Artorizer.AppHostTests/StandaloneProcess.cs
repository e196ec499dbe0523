using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Artorizer.AppHostTests;

/// <summary>The published program as systemd starts it: settings by environment, and a socket that it tells its state to.</summary>
internal sealed partial class StandaloneProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly Socket _notifications;
    private readonly string _socketPath;
    private readonly StringBuilder _output = new();

    private StandaloneProcess(Process process, Socket notifications, string socketPath, int[] ports)
    {
        (_process, _notifications, _socketPath) = (process, notifications, socketPath);
        Http = new Uri($"http://localhost:{ports[0]}/");
        Grpc = new Uri($"http://localhost:{ports[1]}/");
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Http { get; }

    public Uri Grpc { get; }

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

    public static StandaloneProcess Start(PublishedFolder folder, string data)
    {
        var ports = LocalServers.LocalProcess.FreePorts(3);
        var socketPath = Path.Combine(Path.GetTempPath(), $"artorizer-notify-{Guid.NewGuid():N}");
        var notifications = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        notifications.Bind(new UnixDomainSocketEndPoint(socketPath));
        var process = Process.Start(folder.Start(new Dictionary<string, string>
        {
            ["NOTIFY_SOCKET"] = socketPath,
            ["Host__Data"] = data,
            ["Host__Port"] = ports[0].ToString(CultureInfo.InvariantCulture),
            ["Host__GrpcPort"] = ports[1].ToString(CultureInfo.InvariantCulture),
            ["Host__ProcessorPort"] = ports[2].ToString(CultureInfo.InvariantCulture),
        }))!;
        return new StandaloneProcess(process, notifications, socketPath, ports);
    }

    /// <summary>Waits for the next thing that it tells the system's manager.</summary>
    public async Task<string> NotificationAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        var message = new byte[1024];
        try
        {
            var received = await _notifications.ReceiveAsync(message, SocketFlags.None, limit.Token);
            return Encoding.UTF8.GetString(message, 0, received);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It told nothing. Its output:\n{Output}");
        }
    }

    public void Terminate() => _ = Kill(_process.Id, Sigterm);

    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(Timeout, cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Terminate();
            await EndAsync(CancellationToken.None);
        }

        _process.Dispose();
        _notifications.Dispose();
        File.Delete(_socketPath);
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
