namespace Artorizer.Testing.Streams;

/// <summary>Bytes that come in pieces, with no length and no way back.</summary>
public sealed class PieceStream(ReadOnlyMemory<byte> bytes, int largestPiece = 77_777) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _left = bytes;

    public override int Read(Span<byte> buffer)
    {
        var read = Math.Min(Math.Min(buffer.Length, largestPiece), _left.Length);
        _left.Span[..read].CopyTo(buffer);
        _left = _left[read..];
        return read;
    }
}
