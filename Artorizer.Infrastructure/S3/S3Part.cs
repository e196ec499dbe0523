using Artorizer.Contracts.Streams;

namespace Artorizer.Infrastructure.S3;

/// <summary>A part of an object in memory, which grows as it is filled and can be read more than once.</summary>
internal sealed class S3Part(S3PartMemory memory)
{
    private readonly List<byte[]> _segments = [];

    /// <summary>Bytes in it.</summary>
    public int Length { get; private set; }

    /// <summary>Reads from a stream until the part has so many bytes, or the stream ends.</summary>
    /// <param name="content">The stream; its exceptions pass through.</param>
    /// <param name="atLeast">Stops when this many are in.</param>
    /// <param name="atMost">Never has more than these.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Whether the stream has ended.</returns>
    public async Task<bool> FillAsync(Stream content, int atLeast, int atMost, CancellationToken cancellationToken)
    {
        while (Length < atLeast)
        {
            var offset = Length % S3PartMemory.SegmentSize;
            if (offset == 0 && _segments.Count * S3PartMemory.SegmentSize == Length)
            {
                _segments.Add(memory.Rent());
            }

            var free = Math.Min(S3PartMemory.SegmentSize - offset, atMost - Length);
            var read = await content.ReadAsync(_segments[^1].AsMemory(offset, free), cancellationToken);
            if (read == 0)
            {
                return true;
            }

            Length += read;
        }

        return false;
    }

    /// <summary>Takes the bytes of the part that follows; that one is empty then. This one must be full segments.</summary>
    public void Append(S3Part next)
    {
        _segments.AddRange(next._segments);
        Length += next.Length;
        next._segments.Clear();
        next.Length = 0;
    }

    /// <summary>Gives the memory back. Only when nobody can be reading any more: after an error it is left to the collector instead.</summary>
    public void Release()
    {
        _segments.ForEach(memory.Return);
        _segments.Clear();
        Length = 0;
    }

    /// <summary>The bytes as a stream of its own.</summary>
    public Stream Open() => new PartStream([.. _segments], Length);

    private sealed class PartStream(byte[][] segments, int length) : ReadOnlyStream
    {
        private int _position;

        public override bool CanSeek => true;

        public override long Length => length;

        public override long Position
        {
            get => _position;
            set
            {
                ArgumentOutOfRangeException.ThrowIfNegative(value);
                ArgumentOutOfRangeException.ThrowIfGreaterThan(value, length);
                _position = (int)value;
            }
        }

        public override int Read(Span<byte> buffer)
        {
            var total = 0;
            while (!buffer.IsEmpty && _position < length)
            {
                var (index, offset) = Math.DivRem(_position, S3PartMemory.SegmentSize);
                var source = segments[index].AsSpan(offset, Math.Min(S3PartMemory.SegmentSize - offset, length - _position));
                var count = Math.Min(source.Length, buffer.Length);
                source[..count].CopyTo(buffer);
                buffer = buffer[count..];
                _position += count;
                total += count;
            }

            return total;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : new ValueTask<int>(Read(buffer.Span));
    }
}
