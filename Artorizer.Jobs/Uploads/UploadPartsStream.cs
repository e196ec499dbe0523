using Artorizer.Jobs.Objects;

namespace Artorizer.Jobs.Uploads;

/// <summary>The file that a chain of parts makes up, read once from its first byte; one part is open at a time.</summary>
internal sealed class UploadPartsStream(IObjectStore objects, IReadOnlyList<UploadPart> chain) : Stream
{
    private readonly long _length = chain.Count == 0 ? 0 : chain[^1].End;
    private ObjectContent? _open;
    private int _next;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (true)
        {
            if (_open is null)
            {
                if (_next == chain.Count)
                {
                    return 0;
                }

                // A part may begin before the end of the one before it.
                var part = chain[_next++];
                _open = await objects.OpenAsync(part.Key, _position - part.Offset, null, cancellationToken)
                    ?? throw new IOException($"The part {part.Key} of an upload is gone.");
            }

            var read = await _open.Stream.ReadAsync(buffer, cancellationToken);
            _position += read;
            if (read > 0)
            {
                return read;
            }

            await _open.DisposeAsync();
            _open = null;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Uploads are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (_open is not null)
        {
            await _open.DisposeAsync();
            _open = null;
        }

        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _open?.Stream.Dispose();
            _open = null;
        }

        base.Dispose(disposing);
    }
}
