using System.Buffers;

namespace Grpc.Net.Internal;

/// <summary>
/// Holds a message of unknown size in pooled arrays: for (de)compression, and for serializers that do not tell a length.
/// Arrays grow to 1 MiB and no further, so that a large message needs neither one huge array nor copying as it grows.
/// </summary>
internal sealed class SegmentedBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 16 * 1024;
    private const int LargestSize = 1024 * 1024;

    private Segment? _first;
    private Segment? _last;

    public long Length => _last is null ? 0 : _last.RunningIndex + _last.Used;

    public ReadOnlySequence<byte> Sequence =>
        _last is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_first!, 0, _last, _last.Used);

    public void Advance(int count)
    {
        // Protobuf starts with an Advance(0), before it has asked for a buffer.
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _last?.Free ?? 0);
        _last?.Use(count);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_last is null || _last.Free < Math.Max(sizeHint, 1))
        {
            Grow(sizeHint);
        }

        return _last!.Array.AsMemory(_last.Used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        for (var segment = _first; segment is not null; segment = (Segment?)segment.Next)
        {
            ArrayPool<byte>.Shared.Return(segment.Array);
        }

        _first = _last = null;
    }

    private void Grow(int sizeHint)
    {
        var size = _last is null ? FirstSize : Math.Min(_last.Array.Length * 2, LargestSize);
        var segment = new Segment(ArrayPool<byte>.Shared.Rent(Math.Max(size, sizeHint)), Length);
        _last?.Append(segment);
        _first ??= segment;
        _last = segment;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] array, long runningIndex)
        {
            Array = array;
            RunningIndex = runningIndex;
        }

        public byte[] Array { get; }

        public int Used { get; private set; }

        public int Free => Array.Length - Used;

        public void Use(int count)
        {
            Used += count;
            Memory = Array.AsMemory(0, Used);
        }

        public void Append(Segment next) => Next = next;
    }
}
