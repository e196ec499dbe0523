using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Artorizer.Testing.Processes;

/// <summary>A program of the repository in a process of its own, which keeps what it says.</summary>
public sealed class TestProgram : IAsyncDisposable
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private TestProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    /// <summary>Its number.</summary>
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

    /// <summary>Starts a .NET program.</summary>
    /// <param name="assembly">Path of its <c>.dll</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="settings">Configuration for its environment, such as <c>Limits:MaxFileBytes</c>.</param>
    public static TestProgram Start(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var program = new TestProgram(new Process { StartInfo = Describe(assembly, arguments, settings) });
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>Runs a .NET program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string assembly, IEnumerable<string> arguments)
    {
        using var process = Process.Start(Describe(assembly, arguments, null))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(WaitLimit);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Memory of a process that is its own and in RAM, in bytes (<c>VmRSS</c> of proc(5)).</summary>
    public static long ResidentBytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Sockets that a process holds open (<c>fd</c> of proc(5)).</summary>
    public static int OpenSockets(int processId) => Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd").Count(IsSocket);

    /// <summary>Returns once it answers a GET with success.</summary>
    /// <exception cref="InvalidOperationException">It ended before, or took more than two minutes; the message has its output.</exception>
    public Task BecomeReadyAsync(Uri probe, CancellationToken cancellationToken) => BecomeReadyAsync(
        async () =>
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = WaitLimit };
            try
            {
                using var answer = await client.GetAsync(probe, cancellationToken);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
                return false;
            }
        },
        cancellationToken);

    /// <summary>Returns once a condition holds.</summary>
    /// <exception cref="InvalidOperationException">It ended before, or took more than two minutes; the message has its output.</exception>
    public async Task BecomeReadyAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (_process.HasExited || clock.Elapsed > WaitLimit)
            {
                var how = _process.HasExited ? $"ended with exit code {_process.ExitCode}" : "did not become ready in time";
                throw new InvalidOperationException($"The program {how}. Its output:\n{Output}");
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Asks it to end (SIGTERM), and waits for it.</summary>
    /// <returns>Exit code.</returns>
    /// <exception cref="TimeoutException">It did not end within two minutes, and was killed.</exception>
    public async Task<int> StopAsync()
    {
        Signals.Send(_process, Signals.Terminate);
        using var limit = new CancellationTokenSource(WaitLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            throw new TimeoutException($"The program did not end when it was told to. Its output:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Ends it at once (SIGKILL).</summary>
    public async Task KillAsync()
    {
        Signals.Send(_process, Signals.Kill);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private static ProcessStartInfo Describe(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? settings)
    {
        if (!File.Exists(assembly))
        {
            throw new FileNotFoundException("Build the program first.", assembly);
        }

        var start = Signals.WithDefaultSignals("dotnet", [assembly, .. arguments]);
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return start;
    }

    private static bool IsSocket(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            // Closed since it was listed.
            return false;
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
}
