using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Artorizer.AppHostTests;

/// <summary>The AppHost in a process of its own, as <c>dotnet run</c> and <c>./run.sh</c> start it, dashboard included.</summary>
internal sealed partial class AppHostProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private const string Mark = "ARTORIZER_TEST_RUN";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly string _mark;
    private readonly StringBuilder _output = new();

    private AppHostProcess(Process process, string mark) => (_process, _mark) = (process, mark);

    /// <summary>The process.</summary>
    public int Id => _process.Id;

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

    /// <summary>Starts it; ports that clients do not choose are free ones.</summary>
    public static AppHostProcess Start(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var ports = LocalServers.LocalProcess.FreePorts(3);
        var mark = Guid.NewGuid().ToString("N");
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Projects.Artorizer_AppHost.ProjectPath,
        };

        // As the launch profile has it.
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        start.Environment["ASPNETCORE_URLS"] = Text($"http://localhost:{ports[0]}");
        start.Environment["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Text($"http://localhost:{ports[1]}");
        start.Environment["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = Text($"http://localhost:{ports[2]}");
        start.Environment[Mark] = mark;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var host = new AppHostProcess(Process.Start(start)!, mark);
        host._process.OutputDataReceived += (_, line) => host.Append(line.Data);
        host._process.ErrorDataReceived += (_, line) => host.Append(line.Data);
        host._process.BeginOutputReadLine();
        host._process.BeginErrorReadLine();
        return host;
    }

    /// <summary>Waits for a line of the output.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task WaitForAsync(string text, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTimeout);
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The AppHost ended with exit code {_process.ExitCode}:\n{Output}");
            }

            await Task.Delay(100, limit.Token);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(StopTimeout, cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Tells it to stop, and waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> StopAsync(CancellationToken cancellationToken)
    {
        _ = Kill(_process.Id, Sigterm);
        return EndAsync(cancellationToken);
    }

    /// <summary>Command lines of the processes that were started by it, directly or not, and still run.</summary>
    public string[] Started()
    {
        List<string> started = [];
        foreach (var folder in Directory.EnumerateDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out var id) && id != _process.Id))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "environ")).Contains($"{Mark}={_mark}", StringComparison.Ordinal))
                {
                    started.Add(File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' '));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has just ended, or belongs to somebody else.
            }
        }

        return [.. started];
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await StopAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    /// <summary>The built AppHost: the copy beside the tests lacks what the tests' own frameworks bring.</summary>
    private static string Program
    {
        get
        {
            // …/tests/Artorizer.AppHostTests/bin/CONFIGURATION/FRAMEWORK/
            var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            return Path.Combine(Projects.Artorizer_AppHost.ProjectPath, "bin", here.Parent!.Name, here.Name, "Artorizer.AppHost.dll");
        }
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
