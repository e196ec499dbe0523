using Artorizer.LocalServers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Artorizer.AppHost.Topology.Servers;

/// <summary>Adds the servers, of either kind, under the same names.</summary>
internal static class SharedServersExtensions
{
    private const string Cache = "cache";
    private const string Queue = "queue";
    private const string Storage = "storage";
    private const string S3 = "s3";

    /// <summary>
    /// Adds Redis, RabbitMQ and an S3 server as the settings say. Where the AppHost has the connection strings of all three, the
    /// servers behind them are used, and none are started.
    /// </summary>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">Local servers are not installed.</exception>
    public static SharedServers AddSharedServers(this IDistributedApplicationBuilder builder, TopologySettings settings)
    {
        if (builder.ExecutionContext.IsRunMode
            && Array.TrueForAll([Cache, Queue, S3], name => builder.Configuration.GetConnectionString(name) is { Length: > 0 }))
        {
            var s3 = builder.AddConnectionString(S3);
            return new SharedServers(builder.AddConnectionString(Cache), builder.AddConnectionString(Queue), s3, s3);
        }

        return settings.Servers == ServerKind.Local ? builder.AddLocalServers() : builder.AddContainerServers(settings);
    }

    /// <summary>Gives a service the connection strings, and has it wait until the servers answer.</summary>
    public static IResourceBuilder<ProjectResource> WithServers(this IResourceBuilder<ProjectResource> service, SharedServers servers) => service
        .WithReference(servers.Cache).WaitFor(servers.Cache)
        .WithReference(servers.Queue).WaitFor(servers.Queue)
        .WithReference(servers.S3).WaitFor(servers.Storage);

    private static SharedServers AddContainerServers(this IDistributedApplicationBuilder builder, TopologySettings settings)
    {
        var cache = builder.AddRedis(Cache).WithDataVolume().WithAppendOnlyFile().WithLifetimeOf(settings);
        var queue = builder.AddRabbitMQ(Queue).WithDataVolume().WithManagementPlugin().WithStableNode().WithLifetimeOf(settings);
        var storage = builder.AddMinio(Storage).WithLifetimeOf(settings);
        return new SharedServers(cache, queue, storage, builder.AddConnectionString(S3, storage.Resource.ConnectionString));
    }

    private static SharedServers AddLocalServers(this IDistributedApplicationBuilder builder)
    {
        LocalServerExtensions.RequireInstalled();
        RunFolder.RemoveAbandoned();
        var run = new RunFolder();
        builder.Services.AddHostedService(_ => new RunFolderCleanup(run));
        var cache = builder.AddLocalRedis(Cache, run);
        var queue = builder.AddLocalRabbitMq(Queue, run);
        var storage = builder.AddLocalCeph(Storage, run);
        return new SharedServers(cache, queue, storage, builder.AddConnectionString(S3, storage.Resource.ConnectionStringExpression));
    }
}
