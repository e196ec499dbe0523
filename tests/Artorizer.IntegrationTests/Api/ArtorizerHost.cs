using System.Globalization;

namespace Artorizer.IntegrationTests.Api;

/// <summary>
/// The application as users run it: Artorizer.Standalone, or, where
/// <c>ARTORIZER_TOPOLOGY=distributed</c> says so, services as processes of their own on Redis, RabbitMQ and S3.
/// </summary>
public abstract class ArtorizerHost : IAsyncDisposable
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromMinutes(2);

    protected ArtorizerHost(string data, Uri address, Uri grpcAddress)
    {
        (Data, Address, GrpcAddress) = (data, address, grpcAddress);
        Client = NewClient();
    }

    /// <summary>Whether the tests run on servers.</summary>
    public static bool IsDistributed => Environment.GetEnvironmentVariable("ARTORIZER_TOPOLOGY") == "distributed";

    public Uri Address { get; }

    public Uri GrpcAddress { get; }

    /// <summary>The data folder; a host that is started on it again goes on with its jobs.</summary>
    public string Data { get; }

    /// <summary>Calls <see cref="Address"/>.</summary>
    public HttpClient Client { get; }

    /// <summary>The process that takes requests.</summary>
    public abstract int ProcessId { get; }

    /// <summary>Standard output and error so far.</summary>
    public abstract string Output { get; }

    /// <summary>Starts a host and waits until it takes jobs.</summary>
    /// <param name="settings">Configuration, such as <c>Limits:MaxFileBytes</c>.</param>
    /// <param name="data">The data folder of an earlier host, or <see langword="null"/> for a new one.</param>
    /// <param name="arguments">Further arguments of Artorizer.Standalone.</param>
    public static async Task<ArtorizerHost> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, string? data = null, params IReadOnlyList<string> arguments) => IsDistributed
        ? await DistributedArtorizerHost.LaunchAsync(settings ?? new Dictionary<string, string?>(), data)
        : await EmbeddedArtorizerHost.LaunchAsync(settings, data, arguments);

    /// <summary>Runs Artorizer.Standalone to its end, for its commands and refusals.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(params IReadOnlyList<string> arguments) =>
        StandaloneHost.RunAsync(arguments);

    /// <summary>A client of its own, for headers and connections that others should not share.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = Address,
        Timeout = WaitLimit,
    };

    /// <summary>Memory of the process that is its own and in RAM, in bytes.</summary>
    public long ResidentBytes() => TestProgram.ResidentBytes(ProcessId);

    /// <summary>Lets <see cref="PeakBytes"/> begin anew. proc(5): writing 5 to clear_refs sets VmHWM back to VmRSS.</summary>
    public void ResetPeak() => File.WriteAllText($"/proc/{ProcessId}/clear_refs", "5");

    /// <summary>The most memory that the process had in RAM, in bytes.</summary>
    public long PeakBytes()
    {
        var line = File.ReadLines($"/proc/{ProcessId}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>Exit code.</returns>
    public abstract Task<int> StopAsync();

    /// <summary>SIGKILL: the processes have no say in it.</summary>
    public abstract Task KillAsync();

    public virtual ValueTask DisposeAsync()
    {
        Client.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
