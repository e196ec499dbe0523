using Artorizer.Router.Limits;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Compression;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Grpc;

/// <summary>How long a message may be: as a body over HTTP (<see cref="RouterLimits.MaxMessageBytes"/>), counted after inflation.</summary>
internal static class GrpcLimits
{
    public static IServiceCollection AddGrpcLimits(this IServiceCollection services)
    {
        services.AddOptions<GrpcServiceOptions>().PostConfigure<IOptions<RouterLimits>>((grpc, limits) => Limit(grpc, limits.Value.MaxMessageBytes));
        services.AddOptions<GrpcServiceOptions<SubmitJobService>>().PostConfigure<IOptions<RouterLimits>>(
            (grpc, limits) => Limit(grpc, Math.Max(limits.Value.MaxMessageBytes, SubmitJobService.MaxMessageBytes)));
        return services;
    }

    /// <summary>As gRPC servers answer a message that is too large.</summary>
    public static RpcException TooLarge(long limit) =>
        new(new Status(StatusCode.ResourceExhausted, $"The message is larger than {limit:N0} bytes, the most that is accepted here."));

    private static void Limit(GrpcServiceOptions grpc, int bytes)
    {
        grpc.MaxReceiveMessageSize = bytes;
        grpc.CompressionProviders.Clear();
        foreach (var provider in (ICompressionProvider[])
            [new GzipCompressionProvider(default), new DeflateCompressionProvider(default)])
        {
            grpc.CompressionProviders.Add(new LimitedCompression(provider, bytes));
        }
    }
}
