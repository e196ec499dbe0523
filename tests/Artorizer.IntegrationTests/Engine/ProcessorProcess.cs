using System.Diagnostics;
using System.Globalization;
using Artorizer.Contracts.Engine;
using Artorizer.LocalServers;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>A processor in a process of its own, where another libvips can be loaded than in that of the tests.</summary>
internal sealed class ProcessorProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly Task<string> _output;
    private bool _disposed;

    private ProcessorProcess(Dictionary<string, string> settings, Uri? address)
    {
        Address = address ?? new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LocalProcess.FreePorts(1)[0]}"));
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Artorizer.Processor.dll")])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["Kestrel__Endpoints__Grpc__Url"] = Address.AbsoluteUri;
        start.Environment["Kestrel__Endpoints__Grpc__Protocols"] = "Http2";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        Channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { MaxReceiveMessageSize = null });
    }

    public Uri Address { get; }

    public GrpcChannel Channel { get; }

    public ImageEngine.ImageEngineClient Client => new(Channel);

    public int ProcessId => _process.Id;

    /// <summary>Files that are mapped into the process.</summary>
    public string Maps => File.ReadAllText($"/proc/{_process.Id}/maps");

    /// <summary>Starts a processor and waits until it answers.</summary>
    /// <param name="settings">Environment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="address">Where it listens; a free port by default.</param>
    public static async Task<ProcessorProcess> StartAsync(
        Dictionary<string, string> settings, CancellationToken cancellationToken, Uri? address = null)
    {
        var processor = new ProcessorProcess(settings, address);
        try
        {
            await processor.BecomeReadyAsync(cancellationToken);
            return processor;
        }
        catch
        {
            await processor.DisposeAsync();
            throw;
        }
    }

    public void Signal(int signal) => Signals.Send(_process, signal);

    /// <summary>SIGKILL, and waits for the end.</summary>
    public Task KillAsync()
    {
        Signal(Signals.Kill);
        return _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>Exit code.</returns>
    public async Task<int> StopAsync()
    {
        Signal(Signals.Terminate);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Channel.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task BecomeReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTimeout);
        var health = new Health.HealthClient(Channel);
        while (true)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The processor ended with exit code {_process.ExitCode}:\n{await _output}");
            }

            try
            {
                await health.CheckAsync(new HealthCheckRequest(), cancellationToken: limit.Token);
                return;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }
}
