using Artorizer.Contracts.Streams;

namespace Artorizer.Infrastructure.Embedded.Files;

/// <summary>A request body that fails while it is read, not after, once it is longer than allowed.</summary>
internal sealed class LimitedReadStream(Stream inner, long limit) : ReadOnlyStream
{
    private long _read;

    /// <summary>Whether the limit was passed.</summary>
    public bool Exceeded => _read > limit;

    public override long Position => _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        _read += read;
        return Exceeded ? throw new InvalidDataException($"The content is longer than {limit} bytes.") : read;
    }
}
