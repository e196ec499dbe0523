using System.Collections.Concurrent;

namespace Artorizer.Infrastructure.S3;

/// <summary>
/// Memory for the parts of puts, in segments that are used again. What is kept for that is given back when no put runs. Only
/// a few puts at once may hold two parts, one that is sent and one that is filled; the others hold one.
/// </summary>
internal sealed class S3PartMemory
{
    /// <summary>Bytes of a segment; a power of two, so that the heap wastes nothing.</summary>
    public const int SegmentSize = 256 * 1024;

    private const int RoomyPuts = 2;
    private const int KeptAlways = 8 * 1024 * 1024 / SegmentSize;
    private readonly ConcurrentBag<byte[]> _free = [];
    private int _puts;
    private int _roomy;

    /// <summary>A put begins.</summary>
    public void Enter() => Interlocked.Increment(ref _puts);

    /// <summary>A put has ended.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _puts) == 0)
        {
            while (_free.Count > KeptAlways && _free.TryTake(out _))
            {
            }
        }
    }

    /// <summary>Asks whether this put may hold two parts; if so, it gives that back by <see cref="LeaveRoomy"/>.</summary>
    public bool TryEnterRoomy()
    {
        if (Interlocked.Increment(ref _roomy) <= RoomyPuts)
        {
            return true;
        }

        Interlocked.Decrement(ref _roomy);
        return false;
    }

    /// <summary>Gives the right to two parts back.</summary>
    public void LeaveRoomy() => Interlocked.Decrement(ref _roomy);

    /// <summary>A segment; what it holds is undefined.</summary>
    public byte[] Rent() => _free.TryTake(out var segment) ? segment : GC.AllocateUninitializedArray<byte>(SegmentSize);

    /// <summary>Takes a segment back that nobody reads any more.</summary>
    public void Return(byte[] segment) => _free.Add(segment);
}
