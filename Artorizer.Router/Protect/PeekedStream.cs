using Artorizer.Contracts.Streams;

namespace Artorizer.Router.Protect;

/// <summary>A stream whose first bytes have been read already, to see whether there are any.</summary>
internal sealed class PeekedStream : ReadOnlyStream
{
    private readonly Stream _rest;
    private ReadOnlyMemory<byte> _first;

    private PeekedStream(ReadOnlyMemory<byte> first, Stream rest) => (_first, _rest) = (first, rest);

    /// <summary>The same bytes; <see langword="null"/> when there are none.</summary>
    public static async Task<PeekedStream?> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var first = new byte[1];
        return await stream.ReadAsync(first, cancellationToken) == 0 ? null : new PeekedStream(first, stream);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_first.IsEmpty || buffer.IsEmpty)
        {
            return await _rest.ReadAsync(buffer, cancellationToken);
        }

        var count = Math.Min(buffer.Length, _first.Length);
        _first[..count].CopyTo(buffer);
        _first = _first[count..];
        return count;
    }
}
