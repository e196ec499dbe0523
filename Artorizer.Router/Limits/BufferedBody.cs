using System.Buffers;
using System.IO.Pipelines;

namespace Artorizer.Router.Limits;

/// <summary>
/// A message on its way out. Its first <see cref="TimedWrites.BlockSize"/> bytes go to the response; what is beyond waits
/// here, and follows block by block as the client reads, so that a long answer has as much time as a download.
/// </summary>
internal sealed class BufferedBody(HttpContext http) : IBufferWriter<byte>
{
    private Pipe? _rest;
    private long _length;

    private PipeWriter Target => _rest?.Writer ?? http.Response.BodyWriter;

    public void Advance(int count)
    {
        Target.Advance(count);
        _length += count;
        if (_rest is null && _length >= TimedWrites.BlockSize)
        {
            _rest = new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => Target.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => Target.GetSpan(sizeHint);

    /// <summary>Sends everything.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or cut off.</exception>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        if (HttpMethods.IsHead(http.Request.Method))
        {
            // HEAD gets nothing else of the body.
            http.Response.ContentLength = _length;
            return;
        }

        await TimedWrites.FlushAsync(http, cancellationToken);
        if (_rest is not null)
        {
            await _rest.Writer.CompleteAsync();
            await using var rest = _rest.Reader.AsStream();
            await TimedWrites.CopyAsync(http, rest, cancellationToken);
        }
    }
}
