namespace Artorizer.LocalServers;

/// <summary>The three servers that services share.</summary>
/// <param name="Cache">Job state and events.</param>
/// <param name="Queue">The job queue.</param>
/// <param name="Storage">The images.</param>
public sealed record TopologyServers(RedisServer Cache, RabbitMqServer Queue, CephServer Storage) : IAsyncDisposable
{
    /// <summary>Debian packages of the servers that are not installed on this machine.</summary>
    public static IReadOnlyList<string> Missing =>
    [
        .. RedisServer.IsInstalled ? [] : (string[])["redis-server"],
        .. RabbitMqServer.IsInstalled ? [] : (string[])["rabbitmq-server"],
        .. CephServer.IsInstalled ? [] : CephServer.Packages,
    ];

    /// <summary>Starts all three at once.</summary>
    /// <param name="folder">Where their folders are made; <see langword="null"/> for the system's temporary folder.</param>
    /// <param name="cancellationToken">Gives up; what was started is stopped.</param>
    public static async Task<TopologyServers> StartAsync(string? folder, CancellationToken cancellationToken)
    {
        var servers = new TopologyServers(
            new RedisServer(new() { Parent = folder }), new RabbitMqServer(new() { Parent = folder }), new CephServer(new() { Parent = folder }));
        try
        {
            await Task.WhenAll(
                new LocalServer[] { servers.Cache, servers.Queue, servers.Storage }.Select(server => server.StartAsync(cancellationToken)));
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops all three and removes their folders.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(new LocalServer[] { Cache, Queue, Storage }.Select(server => server.DisposeAsync().AsTask()));
}
