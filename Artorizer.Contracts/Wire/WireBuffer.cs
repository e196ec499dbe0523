using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Artorizer.Contracts.Wire;

/// <summary>
/// A growing block of memory that stays in one piece, so that lengths can be put in after what they measure. It lies in the
/// output itself as long as the output has room, and in an array of the pool after that; <see cref="Dispose"/> gives it back.
/// </summary>
/// <param name="output">Where <see cref="Flush"/> sends what was written; <see langword="null"/> for a block that stays here.</param>
internal ref struct WireBuffer(IBufferWriter<byte>? output)
{
    private const int FirstSize = 512;

    private readonly IBufferWriter<byte>? _output = output;
    private Span<byte> _room;
    private byte[]? _rented;

    /// <summary>Bytes written since the last <see cref="Flush"/>.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written since the last <see cref="Flush"/>.</summary>
    public readonly Span<byte> Written => _room[..Length];

    /// <summary>Room for at least <paramref name="size"/> bytes; valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int size)
    {
        if (size > _room.Length - Length)
        {
            Grow(size);
        }

        return _room[Length..];
    }

    /// <summary>Counts bytes that were put into the room reserved.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count) => Length += count;

    /// <summary>Appends a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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

    /// <summary>Appends a text whose length in UTF-8 is known.</summary>
    public void Add(string text, int utf8Length)
    {
        Encoding.UTF8.GetBytes(text, Reserve(utf8Length));
        Length += utf8Length;
    }

    /// <summary>Hands everything to the output.</summary>
    public void Flush()
    {
        if (_rented is not null)
        {
            _output!.Write(Written);
        }
        else if (Length > 0)
        {
            _output!.Advance(Length);
            _room = default;
        }

        Length = 0;
    }

    /// <summary>Gives the memory back.</summary>
    public readonly void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int size)
    {
        if (Length == 0 && _rented is null && _output is not null)
        {
            _room = _output.GetSpan(Math.Max(size, FirstSize));
            return;
        }

        var wanted = Math.Max(2L * _room.Length, Math.Max(FirstSize, (long)Length + size));
        var larger = ArrayPool<byte>.Shared.Rent(checked((int)Math.Min(Array.MaxLength, wanted)));
        Written.CopyTo(larger);
        Dispose();
        _rented = larger;
        _room = larger;
    }
}
