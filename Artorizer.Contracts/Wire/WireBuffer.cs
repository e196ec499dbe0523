using System.Buffers;
using System.Runtime.CompilerServices;

namespace Artorizer.Contracts.Wire;

/// <summary>
/// A growing block of memory that stays in one piece, so that lengths can be put in after what they measure.
/// Rented from the array pool; <see cref="Dispose"/> gives it back.
/// </summary>
internal ref struct WireBuffer(int capacity)
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written.</summary>
    public readonly Span<byte> Written => _array.AsSpan(0, Length);

    /// <summary>Room for at least <paramref name="size"/> bytes; valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int size)
    {
        if (size > _array.Length - Length)
        {
            Grow(size);
        }

        return _array.AsSpan(Length);
    }

    /// <summary>Counts bytes that were put into the room reserved.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Appends a byte.</summary>
    public void Add(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    /// <summary>Appends bytes.</summary>
    public void Add(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Hands everything to <paramref name="output"/> and starts anew.</summary>
    public void MoveTo(IBufferWriter<byte> output)
    {
        output.Write(Written);
        Length = 0;
    }

    /// <summary>Gives the memory back.</summary>
    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_array);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(checked((int)Math.Min(Array.MaxLength, Math.Max(2L * _array.Length, (long)Length + size))));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
