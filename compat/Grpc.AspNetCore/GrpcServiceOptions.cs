using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>Settings of all services, or of one (<see cref="GrpcServiceOptions{TService}"/>).</summary>
public class GrpcServiceOptions
{
    private int? _maxSendMessageSize;
    private int? _maxReceiveMessageSize;

    /// <summary>In bytes; null is no limit, the default.</summary>
    public int? MaxSendMessageSize
    {
        get => _maxSendMessageSize;
        set
        {
            _maxSendMessageSize = value;
            MaxSendMessageSizeSpecified = true;
        }
    }

    public bool MaxSendMessageSizeSpecified { get; set; }

    /// <summary>In bytes; null is no limit. 4 MiB by default.</summary>
    public int? MaxReceiveMessageSize
    {
        get => _maxReceiveMessageSize;
        set
        {
            _maxReceiveMessageSize = value;
            MaxReceiveMessageSizeSpecified = true;
        }
    }

    public bool MaxReceiveMessageSizeSpecified { get; set; }

    /// <summary>Whether callers see the messages of exceptions; off by default.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>The <c>grpc-encoding</c> of responses, for callers who accept it; none by default.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>The algorithms known; gzip and deflate when empty.</summary>
    public IList<ICompressionProvider> CompressionProviders { get; } = new List<ICompressionProvider>();

    /// <summary>Whether other endpoints may answer gRPC requests for services that are not mapped; by default they get UNIMPLEMENTED.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    /// <summary>Called in the order of registration.</summary>
    public InterceptorCollection Interceptors { get; } = [];
}

/// <summary>Settings of one service; what is set here wins over the settings of all services.</summary>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class
{
}
