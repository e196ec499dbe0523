namespace Artorizer.LocalServers;

/// <summary>
/// A Redis cluster of three masters on one machine, the least that a cluster can be. Needs
/// <c>redis-server</c> and <c>redis-cli</c>.
/// </summary>
public sealed class RedisCluster() : LocalServer("redis-cluster", new LocalServerOptions())
{
    private const int Nodes = 3;

    // One for clients and one for the other nodes each.
    private readonly (int Client, int Bus)[] _ports = [.. FreePorts(2 * Nodes).Chunk(2).Select(pair => (pair[0], pair[1]))];
    private bool _joined;

    /// <inheritdoc/>
    public override string ConnectionString => string.Join(',', _ports.Select(port => $"127.0.0.1:{port.Client}"));

    /// <inheritdoc/>
    protected override async Task StartProcessesAsync(CancellationToken cancellationToken)
    {
        foreach (var (port, busPort) in _ports)
        {
            var directory = Directory.CreateDirectory(Path.Combine(Folder, $"{port}")).FullName;
            var settings = Path.Combine(directory, "redis.conf");
            await File.WriteAllLinesAsync(
                settings,
                [.. RedisSettings.Lines(port, directory), "cluster-enabled yes", $"cluster-port {busPort}", "cluster-node-timeout 5000"],
                cancellationToken);
            Run("redis-server", [settings]);
        }

        await WaitAsync(
            async token =>
            {
                foreach (var (port, _) in _ports)
                {
                    if (!await ListensAsync(port, token))
                    {
                        return false;
                    }
                }

                return true;
            },
            cancellationToken);
        if (!_joined)
        {
            await CallAsync(
                "redis-cli", ["--cluster", "create", .. _ports.Select(port => $"127.0.0.1:{port.Client}"), "--cluster-yes"], cancellationToken);
            _joined = true;
        }

        await WaitAsync(AgreesAsync, cancellationToken);
    }

    private async Task<bool> AgreesAsync(CancellationToken cancellationToken)
    {
        foreach (var (port, _) in _ports)
        {
            var info = await CallAsync("redis-cli", ["-p", $"{port}", "cluster", "info"], cancellationToken);
            if (!info.Contains("cluster_state:ok", StringComparison.Ordinal)
                || !info.Contains($"cluster_known_nodes:{Nodes}", StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
