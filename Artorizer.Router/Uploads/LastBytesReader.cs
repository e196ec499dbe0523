using System.Buffers;
using System.IO.Pipelines;

namespace Artorizer.Router.Uploads;

/// <summary>
/// A connection's input that tells its end only after its last bytes. The HTTP/1 server refuses a request body as soon as it
/// knows that the rest will never come, and with it what has come already; an upload wants those bytes.
/// </summary>
/// <remarks>A reader that has looked at all there is without taking it is told the end at once: it waits for bytes that will not come.</remarks>
internal sealed class LastBytesReader(PipeReader input) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;
    private long _left = -1;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Show(await input.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        var read = input.TryRead(out result);
        if (read)
        {
            result = Show(result);
        }

        return read;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _left = _buffer.Slice(examined).IsEmpty ? _buffer.Slice(consumed).Length : -1;
        _buffer = default;
        input.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => input.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => input.CompleteAsync(exception);

    private ReadResult Show(ReadResult result)
    {
        _buffer = result.Buffer;
        return result.IsCompleted && !result.Buffer.IsEmpty && result.Buffer.Length != _left
            ? new ReadResult(result.Buffer, result.IsCanceled, isCompleted: false)
            : result;
    }
}
