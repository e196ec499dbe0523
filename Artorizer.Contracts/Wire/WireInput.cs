using System.Buffers;

namespace Artorizer.Contracts.Wire;

/// <summary>A sequence as one span: itself if it is in one piece, else a rented copy.</summary>
internal readonly ref struct WireInput
{
    private readonly byte[]? _rented;

    public WireInput(in ReadOnlySequence<byte> input)
    {
        if (input.IsSingleSegment)
        {
            Span = input.FirstSpan;
            return;
        }

        var length = checked((int)input.Length);
        _rented = ArrayPool<byte>.Shared.Rent(length);
        input.CopyTo(_rented);
        Span = _rented.AsSpan(0, length);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span { get; }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
