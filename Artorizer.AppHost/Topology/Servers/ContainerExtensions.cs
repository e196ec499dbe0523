namespace Artorizer.AppHost.Topology.Servers;

/// <summary>How the containers that hold state keep it.</summary>
internal static class StateContainers
{
    /// <summary>
    /// Has Redis write every change to a file, flushed each second: snapshots alone would lose jobs of up to a minute.
    /// </summary>
    public static IResourceBuilder<RedisResource> WithAppendOnlyFile(this IResourceBuilder<RedisResource> redis) =>
        redis.WithArgs(context =>
        {
            if (context.ExecutionContext.IsRunMode)
            {
                context.Args.Add("--appendonly");
                context.Args.Add("yes");
            }
            else
            {
                // Published, the whole command line is the one argument of a shell.
                context.Args[^1] = $"{context.Args[^1]} --appendonly yes";
            }
        });

    /// <summary>
    /// Gives RabbitMQ's node a name of its own. By default it is made of the container's, so that a recreated container
    /// would not find the queues on its volume.
    /// </summary>
    public static IResourceBuilder<RabbitMQServerResource> WithStableNode(this IResourceBuilder<RabbitMQServerResource> rabbit) =>
        rabbit.WithEnvironment("RABBITMQ_NODENAME", $"{rabbit.Resource.Name}@localhost");

    /// <summary>Keeps the container between runs when the settings say so.</summary>
    public static IResourceBuilder<T> WithLifetimeOf<T>(this IResourceBuilder<T> container, TopologySettings settings)
        where T : ContainerResource =>
        container.WithLifetime(settings.Persistent ? ContainerLifetime.Persistent : ContainerLifetime.Session);
}
