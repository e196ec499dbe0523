namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Which fallback endpoints exist already; also the mark that <c>AddGrpc</c> was called.</summary>
internal sealed class MappedServices
{
    public bool HasUnknownServiceEndpoint { get; set; }

    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
}
