using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.Net.Internal;

/// <summary>The algorithms that both sides know unless told otherwise.</summary>
internal static class MessageCompression
{
    public static readonly IReadOnlyList<ICompressionProvider> Default =
    [
        new GzipCompressionProvider(CompressionLevel.Fastest),
        new DeflateCompressionProvider(CompressionLevel.Fastest),
    ];

    public static IReadOnlyDictionary<string, ICompressionProvider> ByName(IEnumerable<ICompressionProvider> providers)
    {
        var byName = new Dictionary<string, ICompressionProvider>(StringComparer.Ordinal);
        foreach (var provider in providers)
        {
            byName[provider.EncodingName] = provider;
        }

        return byName;
    }

    /// <summary>The value of <c>grpc-accept-encoding</c>.</summary>
    public static string Accepted(IReadOnlyDictionary<string, ICompressionProvider> providers) =>
        string.Join(',', providers.Keys.Prepend(GrpcHeaders.Identity));
}
