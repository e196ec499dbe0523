namespace Artorizer.Client.Transport;

/// <summary>Tells how much has been read.</summary>
internal sealed class CountingStream(Stream inner, IProgress<long>? progress, long start = 0) : WrappedStream(inner)
{
    private long _count = start;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _count += read;
        progress?.Report(_count);
        return read;
    }
}
