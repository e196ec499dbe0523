using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Net.Internal;

/// <summary>
/// Reads length-prefixed messages from a pipe. A length over the limit is refused as soon as the five header bytes are
/// there, before any of the message is buffered; the deserializer reads from the pipe's own segments.
/// </summary>
internal sealed class MessageReader(
    PipeReader pipe,
    int? maxSize,
    string? encoding,
    IReadOnlyDictionary<string, ICompressionProvider> providers) : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    /// <summary>Gives the pipe's buffers back; no read may be under way.</summary>
    public void Complete() => pipe.Complete();

    /// <summary>Reads the next message; null at the end of the stream.</summary>
    /// <exception cref="RpcException">The message is too large, badly framed, or cannot be decompressed.</exception>
    public async ValueTask<T?> ReadAsync<T>(Func<DeserializationContext, T> deserialize, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            var consumed = buffer.Start;
            var examined = buffer.End;
            try
            {
                if (result.IsCanceled)
                {
                    throw new OperationCanceledException("The read was cancelled.");
                }

                if (TryReadFrame(buffer, out var compressed, out var frame))
                {
                    consumed = examined = frame.End;
                    return Deserialize(frame, compressed, deserialize);
                }

                if (result.IsCompleted)
                {
                    return buffer.IsEmpty ? null : throw MessageErrors.Incomplete();
                }
            }
            finally
            {
                pipe.AdvanceTo(consumed, examined);
            }
        }
    }

    /// <summary>Reads the only message of a stream, up to the stream's end; null when there is none.</summary>
    /// <exception cref="RpcException">As for <see cref="ReadAsync"/>, or more follows the message.</exception>
    public async ValueTask<T?> ReadSingleAsync<T>(Func<DeserializationContext, T> deserialize, CancellationToken cancellationToken)
        where T : class
    {
        var message = await ReadAsync(deserialize, cancellationToken).ConfigureAwait(false);
        if (message is null)
        {
            return null;
        }

        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            var isEmpty = result.Buffer.IsEmpty;
            pipe.AdvanceTo(result.Buffer.End);
            if (!isEmpty)
            {
                throw MessageErrors.AdditionalData();
            }

            if (result.IsCompleted)
            {
                return message;
            }
        }
    }

    private bool TryReadFrame(ReadOnlySequence<byte> buffer, out bool compressed, out ReadOnlySequence<byte> frame)
    {
        compressed = false;
        frame = default;
        if (buffer.Length < MessageWriter.HeaderSize)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[MessageWriter.HeaderSize];
        buffer.Slice(0, MessageWriter.HeaderSize).CopyTo(header);
        compressed = header[0] switch
        {
            0 => false,
            1 => true,
            _ => throw MessageErrors.BadCompressedFlag(),
        };
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > (maxSize ?? int.MaxValue))
        {
            throw MessageErrors.ReceivedTooLarge();
        }

        if (buffer.Length - MessageWriter.HeaderSize < length)
        {
            return false;
        }

        frame = buffer.Slice(MessageWriter.HeaderSize, length);
        return true;
    }

    private T Deserialize<T>(ReadOnlySequence<byte> frame, bool compressed, Func<DeserializationContext, T> deserialize)
    {
        using var decompressed = compressed ? Decompress(frame) : null;
        _payload = decompressed?.Sequence ?? frame;
        try
        {
            return deserialize(this);
        }
        finally
        {
            _payload = default;
        }
    }

    private SegmentedBuffer Decompress(ReadOnlySequence<byte> frame)
    {
        var provider = encoding switch
        {
            null => throw MessageErrors.CompressedWithoutEncoding(),
            GrpcHeaders.Identity => throw MessageErrors.CompressedAsIdentity(),
            _ => providers.GetValueOrDefault(encoding)
                ?? throw MessageErrors.UnknownEncoding(encoding, providers.Keys),
        };

        var output = new SegmentedBuffer();
        try
        {
            using var stream = provider.CreateDecompressionStream(new SequenceReadStream(frame));
            int count;
            while ((count = stream.Read(output.GetSpan())) > 0)
            {
                output.Advance(count);
                // A few bytes can expand to gigabytes, so the limit holds for what comes out as well.
                if (output.Length > (maxSize ?? int.MaxValue))
                {
                    throw MessageErrors.ReceivedTooLarge();
                }
            }

            return output;
        }
        catch (InvalidDataException exception)
        {
            output.Dispose();
            throw MessageErrors.CannotDecompress(exception);
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }
}
