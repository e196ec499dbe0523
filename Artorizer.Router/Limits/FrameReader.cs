using System.IO.Pipelines;

namespace Artorizer.Router.Limits;

/// <summary>
/// The input of an HTTP/2 connection, which gives up where the rest of a preface or a frame does not come. The data of bodies are left
/// out: they may be slow, as long as the body is not.
/// </summary>
/// <param name="input">The connection's.</param>
/// <param name="giveUp">Ends the connection.</param>
/// <param name="limit">From the first byte to the last.</param>
/// <param name="time">The clock.</param>
internal sealed class FrameReader(PipeReader input, Action giveUp, TimeSpan limit, TimeProvider time)
    : WatchedPipeReader(input), IAsyncDisposable
{
    // RFC 9113 §3.4 and §4.1: the preface; then frames of length (3 bytes), type, flags, stream, and as many bytes.
    private const int PrefaceSize = 24;
    private const int HeadSize = 9;
    private const int TypeAt = 3;
    private const byte Data = 0;

    private readonly byte[] _head = new byte[HeadSize];
    private ITimer? _timer;
    private bool _isArmed;
    private int _preface = PrefaceSize;
    private int _headLength;
    private int _payload;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Seen(await Inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        var read = Inner.TryRead(out result);
        if (read)
        {
            Seen(result);
        }

        return read;
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private bool IsBetween => _preface is 0 or PrefaceSize && _headLength == 0;

    private bool IsInData => _headLength == HeadSize && _head[TypeAt] == Data;

    private ReadResult Seen(ReadResult result)
    {
        Buffer = result.Buffer;
        var isNewFrame = false;
        foreach (var part in Buffer.Slice(Left))
        {
            isNewFrame |= Pass(part.Span);
        }

        if (IsBetween || IsInData)
        {
            Disarm();
        }
        else if (isNewFrame || !_isArmed)
        {
            Arm();
        }

        return result;
    }

    // Whether a preface or a frame has ended in these bytes.
    private bool Pass(ReadOnlySpan<byte> bytes)
    {
        var ended = false;
        while (!bytes.IsEmpty)
        {
            int count;
            if (_preface > 0)
            {
                count = Math.Min(_preface, bytes.Length);
                _preface -= count;
                ended |= _preface == 0;
            }
            else if (_headLength < HeadSize)
            {
                count = Math.Min(HeadSize - _headLength, bytes.Length);
                bytes[..count].CopyTo(_head.AsSpan(_headLength));
                _headLength += count;
                _payload = _headLength == HeadSize ? (_head[0] << 16) | (_head[1] << 8) | _head[2] : 0;
            }
            else
            {
                count = Math.Min(_payload, bytes.Length);
                _payload -= count;
            }

            bytes = bytes[count..];
            if (_headLength == HeadSize && _payload == 0)
            {
                _headLength = 0;
                ended = true;
            }
        }

        return ended;
    }

    private void Arm()
    {
        _isArmed = true;
        if (_timer is null)
        {
            _timer = time.CreateTimer(static state => ((Action)state!)(), giveUp, limit, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(limit, Timeout.InfiniteTimeSpan);
        }
    }

    private void Disarm()
    {
        if (_isArmed)
        {
            _isArmed = false;
            _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
