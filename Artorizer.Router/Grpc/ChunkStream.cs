using Artorizer.Contracts.Streams;
using Grpc.Core;

namespace Artorizer.Router.Grpc;

/// <summary>The bytes of a gRPC client stream as a stream, one message at a time: what is not read yet stays with the sender.</summary>
internal sealed class ChunkStream<TMessage>(IAsyncStreamReader<TMessage> messages, Func<TMessage, ReadOnlyMemory<byte>> bytes) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _current;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_current.IsEmpty)
        {
            if (!await messages.MoveNext(cancellationToken))
            {
                return 0;
            }

            _current = bytes(messages.Current);
        }

        var length = Math.Min(buffer.Length, _current.Length);
        _current[..length].CopyTo(buffer);
        _current = _current[length..];
        return length;
    }
}
