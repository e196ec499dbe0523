using Artorizer.Infrastructure.Redis;
using Artorizer.LocalServers;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(Artorizer.IntegrationTests.Stores.Redis.RedisFixture))]

namespace Artorizer.IntegrationTests.Stores.Redis;

/// <summary>One server for every test that does not stop it, started with the first. Each test has a prefix of its own there.</summary>
public sealed class RedisFixture : IAsyncDisposable
{
    private readonly Lazy<Task<RedisServer>> _server = new(async () =>
    {
        var server = new RedisServer();
        await server.StartAsync(CancellationToken.None);
        return server;
    });

    /// <summary>Skips the test where there is no server to start.</summary>
    public static void RequireInstalled() => Assert.SkipUnless(RedisServer.IsInstalled, "redis-server and redis-cli are not installed.");

    public Task<RedisServer> ServerAsync()
    {
        RequireInstalled();
        return _server.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}

/// <summary>What one process has of the stores.</summary>
internal sealed class RedisStores : IAsyncDisposable
{
    private RedisStores(ConnectionMultiplexer connection, RedisStoreOptions options)
    {
        Connection = connection;
        Commands = new RedisCommands(connection, options, TimeProvider.System);
        Jobs = new RedisJobStore(Commands, options, TimeProvider.System);
        Events = new RedisJobEvents(Commands, options, TimeProvider.System, NullLogger<RedisJobEvents>.Instance);
    }

    public ConnectionMultiplexer Connection { get; }

    public RedisCommands Commands { get; }

    public RedisJobStore Jobs { get; }

    public RedisJobEvents Events { get; }

    public static string NewPrefix() => $"{{test-{Guid.NewGuid():n}}}";

    public static async Task<RedisStores> OpenAsync(string connectionString, Action<RedisStoreOptions>? configure = null)
    {
        var options = new RedisStoreOptions { KeyPrefix = NewPrefix(), OperationTimeout = TimeSpan.FromSeconds(20) };
        configure?.Invoke(options);
        var client = ConfigurationOptions.Parse(connectionString);
        client.AbortOnConnectFail = false;
        RedisStoresExtensions.Configure(client, options);
        var connection = await ConnectionMultiplexer.ConnectAsync(client);

        // As the client's registration does. Later versions know no other way, and call this one obsolete.
#pragma warning disable CS0618
        connection.PreserveAsyncOrder = false;
#pragma warning restore CS0618
        return new RedisStores(connection, options);
    }

    public StoreSet ToSet() => new() { Jobs = Jobs, Events = Events, Close = DisposeAsync };

    public async ValueTask DisposeAsync()
    {
        await Events.DisposeAsync();
        await Connection.CloseAsync();
        Connection.Dispose();
    }
}
