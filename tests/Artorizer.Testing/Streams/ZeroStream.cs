namespace Artorizer.Testing.Streams;

/// <summary>Many zeros, in pieces, made while they are read.</summary>
public sealed class ZeroStream(long length) : ReadOnlyStream
{
    private const int LargestPiece = 50_000;
    private long _left = length;

    public override int Read(Span<byte> buffer)
    {
        var read = (int)Math.Min(Math.Min(buffer.Length, LargestPiece), _left);
        _left -= read;
        buffer[..read].Clear();
        return read;
    }
}
