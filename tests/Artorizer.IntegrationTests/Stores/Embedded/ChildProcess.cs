using System.Collections.Concurrent;
using System.Diagnostics;

namespace Artorizer.IntegrationTests.Stores.Embedded;

/// <summary>This executable, started once more to do what <see cref="StoreChild"/> offers.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _reading;

    public ChildProcess(string mode, string directory)
    {
        var executable = Path.Combine(AppContext.BaseDirectory, "Artorizer.IntegrationTests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        _process = Process.Start(new ProcessStartInfo(executable, ["child", mode, directory]) { RedirectStandardOutput = true })!;
        _reading = Task.Run(async () =>
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                Lines.Enqueue(line);
            }
        });
    }

    /// <summary>Whole lines that it printed.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Returns once it has printed a line that begins so; throws if it ends before.</summary>
    public async Task SeesAsync(string beginning, CancellationToken cancellationToken)
    {
        while (!Lines.Any(line => line.StartsWith(beginning, StringComparison.Ordinal)))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The child process ended with code {_process.ExitCode}.");
            }

            await Task.Delay(10, cancellationToken);
        }
    }

    /// <summary>SIGKILL, then everything that it had printed before.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitAsync();
    }

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
