namespace Artorizer.Jobs.Objects;

/// <summary>An open object; disposing it closes the stream.</summary>
/// <param name="Info">The whole object.</param>
/// <param name="Stream">The part asked for.</param>
/// <param name="Length">Bytes that <paramref name="Stream"/> will yield.</param>
public sealed record ObjectContent(StoredObject Info, Stream Stream, long Length) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
