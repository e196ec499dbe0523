using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.ServiceDiscovery;

namespace Artorizer.Jobs.Engine.Connection;

/// <summary>Makes <see cref="EngineResolver"/>s for channels whose address has the scheme <see cref="Scheme"/>.</summary>
internal sealed class EngineResolverFactory(Uri service, ServiceEndpointResolver endpoints) : ResolverFactory
{
    public const string Scheme = "engine";

    public override string Name => Scheme;

    public override Resolver Create(ResolverOptions options) => new EngineResolver(service, endpoints, options.LoggerFactory);
}
