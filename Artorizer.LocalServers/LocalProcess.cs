using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Artorizer.LocalServers;

/// <summary>
/// A server or service that runs as a local process, or several, in a folder of its own. It can be stopped, killed and
/// started again with its data; its folder goes when it is disposed.
/// </summary>
public abstract partial class LocalProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private const int Sigkill = 9;
    private const int Sigstop = 19;
    private const int Sigcont = 18;
    private const int LowestPort = 15000;
    private const int HighestPort = 32000;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);
    private readonly List<Process> _processes = [];
    private readonly bool _keepsFolder;
    private readonly bool _writesToConsole;

    /// <summary>Makes the folder; starts nothing.</summary>
    /// <param name="name">Name of the server, for messages.</param>
    /// <param name="options">Where it lives.</param>
    protected LocalProcess(string name, LocalServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Name = name;
        (_keepsFolder, _writesToConsole) = (options.Folder is not null, options.WritesToConsole);
        Folder = options.Folder ?? Path.Combine(
            options.Parent ?? Path.GetTempPath(), $"artorizer-{name}-{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}");
        Directory.CreateDirectory(Folder);
    }

    /// <summary>Name of the server.</summary>
    public string Name { get; }

    /// <summary>Its data, settings and logs.</summary>
    public string Folder { get; }

    /// <summary>Whether a process of it has ended without being told to.</summary>
    public bool HasEnded => _processes.Exists(process => process.HasExited);

    /// <summary>The process that was started first; <see langword="null"/> while it does not run.</summary>
    public int? ProcessId => _processes.Count > 0 ? _processes[0].Id : null;

    /// <summary>Where its output goes, unless it goes to the console.</summary>
    public string LogFile => Path.Combine(Folder, "output.log");

    /// <summary>Starts it, or starts it again, on its port and with its data, and waits until it serves.</summary>
    /// <exception cref="InvalidOperationException">It did not come up; the message has the end of its log.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTimeout);
        try
        {
            await StartProcessesAsync(limit.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var log = File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(30)) : "";
            await KillAsync();
            throw new InvalidOperationException($"{Name} did not start: {e.Message}\n{log}", e);
        }
    }

    /// <summary>Stops it as an operator would, the last started process first, and waits for its end. Its data stay.</summary>
    public virtual async Task StopAsync()
    {
        // What is suspended takes no notice of being told to stop.
        Resume();
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await EndAsync(process);
        }

        Forget();
    }

    /// <summary>Ends it at once, as a crash would. Its data stay.</summary>
    public virtual async Task KillAsync()
    {
        foreach (var process in _processes)
        {
            KillGroup(process);
        }

        foreach (var process in _processes)
        {
            await process.WaitForExitAsync(CancellationToken.None);
        }

        Forget();
    }

    /// <summary>Lets it hang: the system still takes connections and bytes for it, but nothing answers.</summary>
    public void Suspend() => SignalGroups(Sigstop);

    /// <summary>Lets it go on after <see cref="Suspend"/>.</summary>
    public void Resume() => SignalGroups(Sigcont);

    /// <summary>Stops it and removes its folder, if that was made for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (!_keepsFolder && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Ports of the loopback interface that were free a moment ago. They lie below those that systems give to outgoing
    /// connections, or one of these, even a client's own attempt to reach a server that is down, could take the port of a
    /// server that is about to start again.
    /// </summary>
    public static int[] FreePorts(int count)
    {
        // Held open together until all are known, so that no port is given twice.
        var listeners = new List<TcpListener>(count);
        try
        {
            while (listeners.Count < count)
            {
                var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(LowestPort, HighestPort + 1));
                try
                {
                    listener.Start();
                    listeners.Add(listener);
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
                {
                    listener.Dispose();
                }
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }

    /// <summary>Starts what the server consists of, by <see cref="Run"/>, and waits until it serves.</summary>
    protected abstract Task StartProcessesAsync(CancellationToken cancellationToken);

    /// <summary>Starts a program in the server's folder, its output going to <see cref="LogFile"/> or the console.</summary>
    protected Process Run(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        // A session of its own: Ctrl-C in the terminal reaches this process only, which then stops the servers in order.
        // The shell adds nothing but the redirection, and is replaced by the program.
        var redirection = _writesToConsole ? "exec \"$@\" </dev/null" : "exec \"$@\" >>\"$0\" 2>&1 </dev/null";
        var start = new ProcessStartInfo("setsid", ["sh", "-c", redirection, LogFile, program, .. arguments])
        {
            WorkingDirectory = Folder,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        _processes.Add(process);
        return process;
    }

    /// <summary>Stops one of several processes as an operator would, and waits for its end.</summary>
    /// <param name="process">As <see cref="Run"/> returned it.</param>
    protected async Task StopAsync(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        await EndAsync(process);
        _processes.Remove(process);
        process.Dispose();
    }

    /// <summary>Tries until <paramref name="serves"/> says so; fails at once when a process has ended.</summary>
    protected async Task WaitAsync(Func<CancellationToken, Task<bool>> serves, CancellationToken cancellationToken)
    {
        while (!await serves(cancellationToken))
        {
            if (_processes.Find(p => p.HasExited) is { } ended)
            {
                throw new InvalidOperationException($"it ended with exit code {ended.ExitCode}");
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Whether a program is found where the shell would look.</summary>
    protected static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Whether something takes connections on a port of the loopback interface.</summary>
    protected static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    protected async Task<string> CallAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Signal(process, Sigkill);
            throw;
        }

        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}: {await error}");
    }

    private static async Task EndAsync(Process process)
    {
        Signal(process, Sigterm);
        using var limit = new CancellationTokenSource(StopTimeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            KillGroup(process);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static void Signal(Process process, int signal)
    {
        if (!process.HasExited)
        {
            _ = Kill(process.Id, signal);
        }
    }

    // With what it has started: its session has one process group, named after it.
    private static void KillGroup(Process process)
    {
        if (!process.HasExited)
        {
            _ = Kill(-process.Id, Sigkill);
            Signal(process, Sigkill);
        }
    }

    private void SignalGroups(int signal)
    {
        foreach (var process in _processes.Where(process => !process.HasExited))
        {
            _ = Kill(-process.Id, signal);
        }
    }

    private void Forget()
    {
        _processes.ForEach(p => p.Dispose());
        _processes.Clear();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
