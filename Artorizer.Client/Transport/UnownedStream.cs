namespace Artorizer.Client.Transport;

/// <summary>A stream of the caller's, which stays open.</summary>
internal sealed class UnownedStream(Stream inner) : ReadOnlyStream(inner, leaveOpen: true)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Inner.ReadAsync(buffer, cancellationToken);
}
