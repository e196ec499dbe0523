using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Net.Internal;

/// <summary>
/// Writes length-prefixed messages to a pipe: one byte that says whether the message is compressed, four bytes of
/// length in big endian, the message. A serializer that tells its length first, as protobuf does, writes straight into
/// the pipe; the size limit is checked before a byte is written.
/// </summary>
#pragma warning disable CA1001 // The buffer is rented and returned within one Write.
internal sealed class MessageWriter(PipeWriter pipe, int? maxSize) : SerializationContext, IBufferWriter<byte>
{
#pragma warning restore CA1001
    public const int HeaderSize = 5;

    private SegmentedBuffer? _buffer;
    private long? _declared;
    private long _written;
    private bool _direct;
    private bool _completed;

    /// <summary>The algorithm for messages that are written with <c>compress</c>; null for none.</summary>
    public ICompressionProvider? Compression { get; set; }

    public CompressionLevel? CompressionLevel { get; set; }

    /// <summary>True when a serializer failed after its header had gone into the pipe: what follows could not be framed.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>All that was written so far, headers included.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>Puts one message into the pipe; the caller flushes.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is larger than may be sent; nothing was written.</exception>
    public void Write<T>(T message, Action<T, SerializationContext> serialize, bool compress)
    {
        _declared = null;
        _written = 0;
        _completed = false;
        _direct = false;
        if (compress && Compression is not null)
        {
            _buffer = new SegmentedBuffer();
        }

        try
        {
            serialize(message, this);
            if (!_completed)
            {
                throw new InvalidOperationException("The serializer did not complete the message.");
            }

            if (_buffer is not null)
            {
                WriteBuffered(compress);
            }
        }
        catch when (_direct)
        {
            IsBroken = true;
            throw;
        }
        finally
        {
            _buffer?.Dispose();
            _buffer = null;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ThrowIfTooLarge(payloadLength);
        _declared = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_buffer is null && !_direct)
        {
            if (_declared is { } length)
            {
                _direct = true;
                WriteHeader(compressed: false, (uint)length);
            }
            else
            {
                _buffer = new SegmentedBuffer();
            }
        }

        return this;
    }

    public override void Complete()
    {
        GetBufferWriter();
        if (_declared is { } length && _written != length)
        {
            throw new InvalidOperationException($"The serializer announced {length} bytes and wrote {_written}.");
        }

        _completed = true;
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        SetPayloadLength(payload.Length);
        GetBufferWriter().Write(payload);
        Complete();
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        _written += count;
        ThrowIfTooLarge(_written);
        if (_direct)
        {
            pipe.Advance(count);
        }
        else
        {
            _buffer!.Advance(count);
        }
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => _direct ? pipe.GetMemory(sizeHint) : _buffer!.GetMemory(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => _direct ? pipe.GetSpan(sizeHint) : _buffer!.GetSpan(sizeHint);

    private void ThrowIfTooLarge(long length)
    {
        if (length > maxSize)
        {
            throw MessageErrors.SentTooLarge();
        }
    }

    private void WriteBuffered(bool compress)
    {
        if (!compress || Compression is null)
        {
            WriteFrame(compressed: false, _buffer!);
            return;
        }

        using var compressed = new SegmentedBuffer();
        using (var stream = Compression.CreateCompressionStream(new BufferWriteStream(compressed), CompressionLevel))
        {
            foreach (var segment in _buffer!.Sequence)
            {
                stream.Write(segment.Span);
            }
        }

        WriteFrame(compressed: true, compressed);
    }

    private void WriteFrame(bool compressed, SegmentedBuffer buffer)
    {
        WriteHeader(compressed, checked((uint)buffer.Length));
        foreach (var segment in buffer.Sequence)
        {
            pipe.Write(segment.Span);
        }
    }

    private void WriteHeader(bool compressed, uint length)
    {
        var header = pipe.GetSpan(HeaderSize);
        header[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], length);
        pipe.Advance(HeaderSize);
        TotalBytes += HeaderSize + length;
    }
}
