using System.IO.Compression;
using Artorizer.Contracts.Streams;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Artorizer.Router.Grpc;

/// <summary>
/// An encoding of messages with a limit for what comes out. The server's own limit counts what came in, so that some kilobytes could
/// become any length.
/// </summary>
/// <param name="inner">The encoding.</param>
/// <param name="limit">Bytes of a message.</param>
internal sealed class LimitedCompression(ICompressionProvider inner, int limit) : ICompressionProvider
{
    public string EncodingName => inner.EncodingName;

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        inner.CreateCompressionStream(stream, compressionLevel);

    public Stream CreateDecompressionStream(Stream stream) => new Inflated(inner.CreateDecompressionStream(stream), limit);

    private sealed class Inflated(Stream source, int limit) : ReadOnlyStream
    {
        private long _length;

        /// <exception cref="RpcException">More came out than a message may have, or what came in is not compressed as it was said.</exception>
        public override int Read(byte[] buffer, int offset, int count)
        {
            try
            {
                return Counted(source.Read(buffer, offset, count));
            }
            catch (InvalidDataException)
            {
                throw Damaged();
            }
        }

        /// <inheritdoc cref="Read(byte[], int, int)"/>
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return Counted(await source.ReadAsync(buffer, cancellationToken));
            }
            catch (InvalidDataException)
            {
                throw Damaged();
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                source.Dispose();
            }

            base.Dispose(disposing);
        }

        private static RpcException Damaged() =>
            new(new Status(StatusCode.InvalidArgument, "The message is not compressed as grpc-encoding says."));

        private int Counted(int read)
        {
            _length += read;
            return _length <= limit ? read : throw GrpcLimits.TooLarge(limit);
        }
    }
}
