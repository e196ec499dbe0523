using Artorizer.Infrastructure.RabbitMq;
using Artorizer.LocalServers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Artorizer.IntegrationTests.Stores.RabbitMq;

/// <summary>One broker for all tests that do not stop it.</summary>
[CollectionDefinition(Name)]
public sealed class RabbitMqCollection : ICollectionFixture<RabbitMqFixture>
{
    public const string Name = "RabbitMQ";
}

/// <summary>A running broker, and queues on it that see nothing of each other.</summary>
public sealed class RabbitMqFixture : IAsyncLifetime
{
    private static int _lastPrefix;

    public RabbitMqServer Server { get; } = new();

    public async ValueTask InitializeAsync()
    {
        if (RabbitMqServer.IsInstalled)
        {
            await Server.StartAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A first part of names that no other test has.</summary>
    public static string NewPrefix() => $"test-{Interlocked.Increment(ref _lastPrefix)}";

    /// <summary>A client of the shared broker.</summary>
    public RabbitMqJobQueue Open(string prefix, Action<RabbitMqQueueOptions>? configure = null)
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, "rabbitmq-server is not installed.");
        return Open(Server, prefix, configure);
    }

    /// <summary>A client of a broker, as a process of its own would be one.</summary>
    public static RabbitMqJobQueue Open(RabbitMqServer server, string prefix, Action<RabbitMqQueueOptions>? configure = null)
    {
        // The depth is asked for right after the change that it has to show. The queues are made anew for each test, which takes
        // a busy machine some time.
        var options = new RabbitMqQueueOptions
        {
            Prefix = prefix, Prefetch = 16, DepthCache = TimeSpan.Zero, ConfirmTimeout = TimeSpan.FromMinutes(1),
        };
        configure?.Invoke(options);
        return new RabbitMqJobQueue(Factory(server), Options.Create(options), TimeProvider.System, NullLogger<RabbitMqJobQueue>.Instance);
    }

    public static ConnectionFactory Factory(RabbitMqServer server) =>
        new() { Uri = new Uri(server.ConnectionString), AutomaticRecoveryEnabled = false };

    /// <summary>Ends every connection to the broker, as a network that breaks would.</summary>
    public static Task CutAsync(RabbitMqServer server, CancellationToken cancellationToken) =>
        server.ControlAsync(cancellationToken, "close_all_connections", "cut by a test");
}
