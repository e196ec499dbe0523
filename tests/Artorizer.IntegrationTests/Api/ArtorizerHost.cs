using System.Globalization;
using Artorizer.LocalServers;

namespace Artorizer.IntegrationTests.Api;

/// <summary>
/// The application as users run it: the embedded edition in a process of its own, or, where
/// <c>ARTORIZER_TOPOLOGY=distributed</c> says so, services as processes of their own on Redis, RabbitMQ and S3.
/// </summary>
public abstract class ArtorizerHost : IAsyncDisposable
{
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    protected ArtorizerHost(string data, Uri address, Uri grpcAddress)
    {
        (Data, Address, GrpcAddress) = (data, address, grpcAddress);
        Client = NewClient();
    }

    /// <summary>Whether the tests run on servers.</summary>
    public static bool IsDistributed => Environment.GetEnvironmentVariable("ARTORIZER_TOPOLOGY") == "distributed";

    /// <summary>Folder with the built programs.</summary>
    public static string Programs
    {
        get
        {
            // …/tests/Artorizer.IntegrationTests/bin/CONFIGURATION/FRAMEWORK/
            var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            var repository = here.Parent!.Parent!.Parent!.Parent!.Parent!;
            return Path.Combine(repository.FullName, "Artorizer.Standalone", "bin", here.Parent.Name, here.Name);
        }
    }

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
    /// <param name="arguments">Further arguments of the embedded edition.</param>
    public static async Task<ArtorizerHost> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, string? data = null, params IReadOnlyList<string> arguments) => IsDistributed
        ? await DistributedArtorizerHost.LaunchAsync(settings ?? new Dictionary<string, string?>(), data)
        : await EmbeddedArtorizerHost.LaunchAsync(settings, data, arguments);

    /// <summary>Runs the embedded edition to its end, for its commands and refusals.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(params IReadOnlyList<string> arguments) =>
        EmbeddedArtorizerHost.CallAsync(arguments);

    /// <summary>A client of its own, for headers and connections that others should not share.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = Address,
        Timeout = Patience,
    };

    /// <summary>Memory of the process that is its own and in RAM, in bytes.</summary>
    public long ResidentBytes() => ResidentBytes(ProcessId);

    /// <summary>The same of any process (<c>VmRSS</c> of proc(5)).</summary>
    public static long ResidentBytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Sockets that a process holds open (<c>fd</c> of proc(5)).</summary>
    public static int OpenSockets(int processId) => Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd").Count(IsSocket);

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

    internal static int[] FreePorts(int count) => LocalProcess.FreePorts(count);

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
}
