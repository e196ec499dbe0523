namespace Artorizer.Testing.Streams;

/// <summary>Another stream in pieces; does something once when so many bytes have been read.</summary>
public sealed class NoticingStream(Stream inner, long after, Action notice) : ReadOnlyStream
{
    private const int LargestPiece = 50_000;
    private long _read;

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer[..Math.Min(buffer.Length, LargestPiece)]);
        if (_read < after && _read + read >= after)
        {
            notice();
        }

        _read += read;
        return read;
    }
}
