namespace Artorizer.IntegrationTests.Stores;

/// <summary>Yields so many zero bytes and then throws what no store would throw itself.</summary>
internal sealed class BreakingStream(int after) : Stream
{
    private int _left = after;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_left == 0)
        {
            throw new TimeZoneNotFoundException("broken");
        }

        var read = Math.Min(count, _left);
        _left -= read;
        buffer.AsSpan(offset, read).Clear();
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
