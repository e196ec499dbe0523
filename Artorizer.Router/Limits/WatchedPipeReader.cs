using System.Buffers;
using System.IO.Pipelines;

namespace Artorizer.Router.Limits;

/// <summary>A reader that looks at what comes through another one, and knows how much of it had come before.</summary>
/// <param name="inner">The other one.</param>
internal abstract class WatchedPipeReader(PipeReader inner) : PipeReader
{
    /// <summary>The other one.</summary>
    protected PipeReader Inner => inner;

    /// <summary>What was read last; to be set after each read.</summary>
    protected ReadOnlySequence<byte> Buffer { get; set; }

    /// <summary>Bytes at the beginning of what is read next that were read before and not consumed.</summary>
    protected long Left { get; private set; }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        Left = Buffer.Slice(consumed).Length;
        Buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
}
