namespace Artorizer.LocalServers;

/// <summary>
/// A Redis server as a deployment would set it: an append-only file that is flushed every second, and no eviction, so that
/// a full memory refuses writes rather than forget jobs. Needs <c>redis-server</c>.
/// </summary>
public sealed class RedisServer : LocalServer
{
    /// <summary>How many ports it takes.</summary>
    public const int PortCount = 1;

    private readonly int _port;
    private readonly string? _password;

    /// <summary>Makes its folder; starts nothing.</summary>
    /// <param name="options">Where it lives; <see langword="null"/> for the defaults.</param>
    /// <param name="password">Asked of every client; <see langword="null"/> for none.</param>
    public RedisServer(LocalServerOptions? options = null, string? password = null)
        : base("redis", options ??= new LocalServerOptions())
    {
        _port = options.PortsOr(PortCount)[0];
        _password = password;
    }

    /// <summary>Whether the server and its command line are installed on this machine.</summary>
    public static bool IsInstalled => IsOnPath("redis-server") && IsOnPath("redis-cli");

    /// <summary>The port, on the loopback interface; the same after each start.</summary>
    public int Port => _port;

    /// <inheritdoc/>
    public override string ConnectionString => _password is null ? $"127.0.0.1:{_port}" : $"127.0.0.1:{_port},password={_password}";

    /// <summary>Most memory for data, in bytes; 0 for no limit. Takes effect with the next start.</summary>
    public long MaxMemory { get; set; }

    /// <summary>Sends one command, as <c>redis-cli</c> does. Needs <c>redis-cli</c>.</summary>
    /// <returns>Its answer as text.</returns>
    public async Task<string> CommandAsync(IEnumerable<string> command, CancellationToken cancellationToken) =>
        (await CallAsync("redis-cli", ["-p", $"{_port}", .. command], cancellationToken, Environment())).Trim();

    /// <summary>
    /// Waits until all that was acknowledged is in its file. Until then a crash takes it: the server answers before it writes
    /// while the file is being flushed, for up to two seconds.
    /// </summary>
    public Task WrittenAsync(CancellationToken cancellationToken) => WaitAsync(
        async token =>
            (await CommandAsync(["info", "persistence"], token)).Split('\n', StringSplitOptions.TrimEntries).Contains("aof_buffer_length:0"),
        cancellationToken);

    /// <inheritdoc/>
    protected override async Task StartProcessesAsync(CancellationToken cancellationToken)
    {
        // The password goes by file: the command line of a process is there for everyone to read.
        var settings = Path.Combine(Folder, "redis.conf");
        await File.WriteAllLinesAsync(settings, RedisSettings.Lines(_port, Folder, MaxMemory, _password), cancellationToken);
        Run("redis-server", [settings]);
        await WaitAsync(ServesAsync, cancellationToken);
    }

    // A server that still reads its file takes connections and answers LOADING.
    private async Task<bool> ServesAsync(CancellationToken cancellationToken) =>
        await ListensAsync(_port, cancellationToken) && await CommandAsync(["ping"], cancellationToken) == "PONG";

    private Dictionary<string, string> Environment() =>
        _password is null ? [] : new() { ["REDISCLI_AUTH"] = _password };
}
