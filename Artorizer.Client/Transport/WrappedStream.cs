using Artorizer.Contracts.Streams;

namespace Artorizer.Client.Transport;

/// <summary>Passes reads on, with the length that a request announces.</summary>
/// <param name="inner">Where the bytes come from.</param>
/// <param name="leaveOpen">Whether it is the caller's, and stays open.</param>
internal class WrappedStream(Stream inner, bool leaveOpen = false) : ReadOnlyStream
{
    public override bool CanSeek => inner.CanSeek;

    public override long Length => inner.Length;

    public override long Position => inner.Position;

    protected Stream Inner => inner;

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
