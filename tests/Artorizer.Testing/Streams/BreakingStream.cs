namespace Artorizer.Testing.Streams;

/// <summary>Some zeros, and then a failure that nobody expects.</summary>
public sealed class BreakingStream(int after) : ReadOnlyStream
{
    private int _left = after;

    public override int Read(Span<byte> buffer)
    {
        if (_left == 0)
        {
            throw new TimeZoneNotFoundException("broken");
        }

        var read = Math.Min(buffer.Length, _left);
        _left -= read;
        buffer[..read].Clear();
        return read;
    }
}
