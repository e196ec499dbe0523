namespace Artorizer.Client.Transport;

/// <summary>Fails a read that says nothing for too long.</summary>
internal sealed class IdleLimitStream(Stream inner, TimeSpan limit, TimeProvider time) : WrappedStream(inner)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = Inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? read.Result : await read.AsTask().WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
    }
}
