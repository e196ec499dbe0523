namespace Artorizer.AppHost.Topology.Servers;

/// <summary>The three servers that routers and workers share. What they are, the services do not see: connection strings tell.</summary>
/// <param name="Cache">Jobs and events: Redis.</param>
/// <param name="Queue">Messages: RabbitMQ.</param>
/// <param name="Storage">Images: the server that <paramref name="S3"/> leads to.</param>
/// <param name="S3">Address and keys of the storage.</param>
internal sealed record SharedServers(
    IResourceBuilder<IResourceWithConnectionString> Cache,
    IResourceBuilder<IResourceWithConnectionString> Queue,
    IResourceBuilder<IResource> Storage,
    IResourceBuilder<IResourceWithConnectionString> S3);
