using System.Buffers;
using Artorizer.Contracts.Streams;
using Artorizer.Router.Protect;

namespace Artorizer.Router.Uploads;

/// <summary>
/// The bytes of one connection, cut into parts. A connection that breaks is the end of its last part like any other end,
/// so that everything that arrived is kept to the byte.
/// </summary>
/// <param name="body">What the client sends.</param>
/// <param name="room">Bytes that may still come.</param>
/// <param name="check">Sees every byte, or <see langword="null"/>.</param>
/// <param name="options">Size and age of a part.</param>
/// <param name="time">Tells the age.</param>
/// <param name="stop">Ends the run as a break would.</param>
internal sealed class UploadRun(Stream body, long room, ImageCheck? check, UploadOptions options, TimeProvider time, CancellationToken stop)
    : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int SmallestAgedPart = 256 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>How the connection broke; <see langword="null"/> where it ended as it should.</summary>
    public Exception? Break { get; private set; }

    /// <summary>Whether more came than there was room for.</summary>
    public bool Exceeded { get; private set; }

    /// <summary>Whether another part begins: waits for its first bytes.</summary>
    public async ValueTask<bool> HasMoreAsync()
    {
        if (_start == _end)
        {
            _start = 0;
            _end = await ReceiveAsync(_buffer.AsMemory(0, BufferSize));
        }

        return _start < _end;
    }

    /// <summary>The next part. The one before must have been read to its end.</summary>
    public Stream NextPart() => new Part(this, options.PartBytes, options.PartAge, time);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        if (_start == _end)
        {
            return await ReceiveAsync(buffer);
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (_ended)
        {
            return 0;
        }

        int received;
        try
        {
            // At the end of the room one byte more is asked for: there must be none.
            received = await body.ReadAsync(buffer[..(int)Math.Clamp(room, 1, buffer.Length)], stop);
        }
        catch (Exception e)
        {
            // Whatever ended it, the bytes before are good.
            Break = e;
            received = 0;
        }

        if (received > room)
        {
            Exceeded = true;
            received = 0;
        }

        _ended = received == 0;
        room -= received;
        check?.Append(buffer.Span[..received]);
        return received;
    }

    private sealed class Part(UploadRun run, int most, TimeSpan age, TimeProvider time) : ReadOnlyStream
    {
        private readonly long _begun = time.GetTimestamp();
        private int _read;

        public override long Position => _read;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_read == most || (_read >= SmallestAgedPart && time.GetElapsedTime(_begun) >= age))
            {
                return 0;
            }

            var count = await run.ReadAsync(buffer[..Math.Min(buffer.Length, most - _read)]);
            _read += count;
            return count;
        }
    }
}
