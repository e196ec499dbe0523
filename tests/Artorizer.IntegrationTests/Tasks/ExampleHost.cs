using System.Globalization;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>The example program as a process of its own, on free ports and a folder that ends with it.</summary>
public sealed class ExampleHost : IAsyncDisposable
{
    private const string Example = "Artorizer.Examples.Tasks";
    private static readonly TimeSpan WaitLimit = TimeSpan.FromMinutes(2);

    private readonly TestProgram _program;

    private ExampleHost(TestProgram program, string folder, int[] ports)
    {
        (_program, Folder) = (program, folder);
        Target = string.Create(CultureInfo.InvariantCulture, $"localhost:{ports[1]}");
        Client = new HttpClient { BaseAddress = new Uri($"http://localhost:{ports[0]}/"), Timeout = WaitLimit };
    }

    /// <summary>Calls the HTTP port.</summary>
    public HttpClient Client { get; }

    /// <summary>Name and port of the gRPC port.</summary>
    public string Target { get; }

    public string Folder { get; }

    public string Output => _program.Output;

    public static async Task<ExampleHost> StartAsync(params IEnumerable<(string Name, string Value)> settings)
    {
        var folder = Directory.CreateTempSubdirectory("artorizer-example-").FullName;
        var ports = FreePorts.Take(3);
        (string Name, string Value)[] all =
        [
            ("Port", Text(ports[0])), ("GrpcPort", Text(ports[1])), ("EnginePort", Text(ports[2])),
            ("Embedded:DataDirectory", Path.Combine(folder, "data")),
            ("Outbox", Path.Combine(folder, "outbox")), ("Worker:RetryDelay", "00:00:00.100"),
            .. settings,
        ];
        var program = TestProgram.Start(
            Path.Combine(Repository.OutputOf(Path.Combine("examples", Example)), Example + ".dll"), all.Select(s => $"--{s.Name}={s.Value}"));
        var host = new ExampleHost(program, folder, ports);
        try
        {
            await program.BecomeReadyAsync(
                () => Task.FromResult(program.Output.Contains("Tasks are taken at", StringComparison.Ordinal)),
                TestContext.Current.CancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Memory of the process that is its own and in RAM, in bytes.</summary>
    public long ResidentBytes() => TestProgram.ResidentBytes(_program.ProcessId);

    /// <summary>Sockets that the process holds open.</summary>
    public int OpenSockets() => TestProgram.OpenSockets(_program.ProcessId);

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>Exit code.</returns>
    public Task<int> StopAsync() => _program.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        Client.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
