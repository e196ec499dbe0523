using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>A message compression algorithm (<c>grpc-encoding</c>).</summary>
public interface ICompressionProvider
{
    string EncodingName { get; }

    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    Stream CreateDecompressionStream(Stream stream);
}
