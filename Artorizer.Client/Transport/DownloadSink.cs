namespace Artorizer.Client.Transport;

/// <summary>Where a download is written. It outlives the connections, so that each continues where the one before it was lost.</summary>
internal sealed class DownloadSink(Stream destination, long offset, IProgress<long>? progress)
{
    /// <summary>Bytes of the file that are there.</summary>
    public long Offset { get; private set; } = offset;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await destination.WriteAsync(data, cancellationToken).ConfigureAwait(false);
        Offset += data.Length;
        progress?.Report(Offset);
    }
}
