using System.IO.Compression;
using Grpc.Net.Compression;
using Grpc.Net.Internal;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The options of all services and of one, merged once when the service is mapped.</summary>
internal sealed class MethodSettings
{
    private const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    public MethodSettings(GrpcServiceOptions global, GrpcServiceOptions service)
    {
        MaxSendMessageSize = service.MaxSendMessageSizeSpecified ? service.MaxSendMessageSize : global.MaxSendMessageSize;
        MaxReceiveMessageSize = service.MaxReceiveMessageSizeSpecified ? service.MaxReceiveMessageSize
            : global.MaxReceiveMessageSizeSpecified ? global.MaxReceiveMessageSize
            : DefaultMaxReceiveMessageSize;
        DetailedErrors = service.EnableDetailedErrors ?? global.EnableDetailedErrors ?? false;
        ResponseEncoding = service.ResponseCompressionAlgorithm ?? global.ResponseCompressionAlgorithm;
        CompressionLevel = service.ResponseCompressionLevel ?? global.ResponseCompressionLevel;
        IgnoreUnknownServices = service.IgnoreUnknownServices ?? global.IgnoreUnknownServices ?? false;
        Interceptors = [.. global.Interceptors, .. service.Interceptors];

        // Named last, the service's own providers replace those of the same name.
        var providers = global.CompressionProviders.Concat(service.CompressionProviders).ToArray();
        Compression = MessageCompression.ByName(providers.Length == 0 ? MessageCompression.Default : providers);
        AcceptedEncodings = MessageCompression.Accepted(Compression);
        if (ResponseEncoding is not null && !GrpcHeaders.IsIdentity(ResponseEncoding) && !Compression.ContainsKey(ResponseEncoding))
        {
            throw new InvalidOperationException($"The configured response compression algorithm '{ResponseEncoding}' does not have a matching compression provider.");
        }
    }

    public int? MaxSendMessageSize { get; }

    public int? MaxReceiveMessageSize { get; }

    public bool DetailedErrors { get; }

    public string? ResponseEncoding { get; }

    public CompressionLevel? CompressionLevel { get; }

    public bool IgnoreUnknownServices { get; }

    public IReadOnlyList<InterceptorRegistration> Interceptors { get; }

    public IReadOnlyDictionary<string, ICompressionProvider> Compression { get; }

    public string AcceptedEncodings { get; }
}
