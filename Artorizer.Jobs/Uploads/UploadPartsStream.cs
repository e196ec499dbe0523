using Artorizer.Contracts.Streams;
using Artorizer.Jobs.Objects;

namespace Artorizer.Jobs.Uploads;

/// <summary>The file that a chain of parts makes up, read once from its first byte; one part is open at a time.</summary>
internal sealed class UploadPartsStream(IObjectStore objects, IReadOnlyList<UploadPart> chain) : ReadOnlyStream
{
    private readonly long _length = chain.Count == 0 ? 0 : chain[^1].End;
    private ObjectContent? _open;
    private int _next;
    private long _position;

    public override long Length => _length;

    public override long Position => _position;

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
