using System.Buffers;
using Artorizer.Contracts.Streams;
using Microsoft.Win32.SafeHandles;

namespace Artorizer.Infrastructure.Embedded.Files;

/// <summary>A part of a file, read in place; seekable, so that ranges cost nothing.</summary>
internal sealed class ObjectFileStream(SafeFileHandle file, long offset, long length) : ReadOnlyStream
{
    private const int CopyBufferSize = 128 * 1024;

    private long _position;

    public override bool CanSeek => true;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(file, buffer[..Remaining(buffer.Length)], offset + _position);
        _position += read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await RandomAccess.ReadAsync(file, buffer[..Remaining(buffer.Length)], offset + _position, cancellationToken);
        _position += read;
        return read;
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBufferSize);
        try
        {
            int read;
            while ((read = await ReadAsync(buffer, cancellationToken)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Remaining(int count) => (int)Math.Clamp(length - _position, 0, count);
}
