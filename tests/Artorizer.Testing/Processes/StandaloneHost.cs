using System.Globalization;

namespace Artorizer.Testing.Processes;

/// <summary>
/// Artorizer as one process (Artorizer.Standalone), as users start it: on free ports, with a data folder that ends with it
/// unless it was given.
/// </summary>
public sealed class StandaloneHost : IAsyncDisposable
{
    private readonly TestProgram _program;
    private readonly bool _ownsData;

    private StandaloneHost(TestProgram program, string data, bool ownsData, int[] ports)
    {
        (_program, Data, _ownsData) = (program, data, ownsData);
        Address = new Uri($"http://127.0.0.1:{ports[0]}/");
        GrpcAddress = new Uri($"http://127.0.0.1:{ports[1]}/");
    }

    /// <summary>HTTP.</summary>
    public Uri Address { get; }

    /// <summary>The public gRPC API.</summary>
    public Uri GrpcAddress { get; }

    /// <summary>The data folder; a host that is started on it again goes on with its jobs.</summary>
    public string Data { get; }

    /// <summary>Its process.</summary>
    public int ProcessId => _program.ProcessId;

    /// <summary>Standard output and error so far.</summary>
    public string Output => _program.Output;

    private static string Assembly => Path.Combine(Repository.OutputOf("Artorizer.Standalone"), "Artorizer.Standalone.dll");

    /// <summary>Starts a host and waits until it takes jobs.</summary>
    /// <param name="settings">Configuration, such as <c>Limits:MaxFileBytes</c>.</param>
    /// <param name="data">The data folder of an earlier host, or <see langword="null"/> for a new one.</param>
    /// <param name="arguments">Further arguments.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InvalidOperationException">It did not become ready; the message has its output.</exception>
    public static async Task<StandaloneHost> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null,
        string? data = null,
        IReadOnlyList<string>? arguments = null,
        CancellationToken cancellationToken = default)
    {
        var ports = FreePorts.Take(3);
        var folder = data ?? Directory.CreateTempSubdirectory("artorizer-host-").FullName;
        var program = TestProgram.Start(Assembly, [.. Options(folder, ports), .. arguments ?? []], settings);
        var host = new StandaloneHost(program, folder, ownsData: data is null, ports);
        try
        {
            await program.BecomeReadyAsync(new Uri(host.Address, "health/ready"), cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the program to its end, for its commands and refusals.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(IReadOnlyList<string> arguments) =>
        TestProgram.RunAsync(Assembly, arguments);

    /// <summary>Memory of the process that is its own and in RAM, in bytes.</summary>
    public long ResidentBytes() => TestProgram.ResidentBytes(ProcessId);

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>Exit code.</returns>
    public Task<int> StopAsync() => _program.StopAsync();

    /// <summary>SIGKILL: the process has no say in it.</summary>
    public Task KillAsync() => _program.KillAsync();

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        if (_ownsData)
        {
            Directory.Delete(Data, recursive: true);
        }
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
}
