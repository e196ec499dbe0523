using Artorizer.Contracts.Streams;
using Artorizer.Imaging;
using Artorizer.Router.Errors;

namespace Artorizer.Router.Protect;

/// <summary>
/// An upload on its way to the store, checked in the same pass: it ends with the caller's error as soon as it is too
/// large or cannot be an image.
/// </summary>
internal sealed class InspectingStream(Stream source, ImageCheck check, ImageDeclaration declaration) : ReadOnlyStream
{
    private readonly byte[] _head = new byte[ImageFormats.SniffLength];
    private int _headLength;
    private int _headRead;

    public override long Position => check.Length;

    /// <summary>Reads the first bytes ahead and tells the format, so that nothing is begun for what is no image.</summary>
    public async Task<ImageFormat> ReadFormatAsync(CancellationToken cancellationToken)
    {
        _headLength = await source.ReadAtLeastAsync(_head, _head.Length, throwOnEndOfStream: false, cancellationToken);
        var format = ImageFormats.Sniff(_head.AsSpan(0, _headLength));
        if (format is null)
        {
            throw ApiException.InvalidImage(_headLength == 0 ? "The file is empty." : "The file is in none of the formats that are read here.");
        }

        declaration.Require(format);
        return format;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_headRead < _headLength)
        {
            var part = Math.Min(buffer.Length, _headLength - _headRead);
            _head.AsMemory(_headRead, part).CopyTo(buffer);
            _headRead += part;
            check.Append(buffer.Span[..part]);
            return part;
        }

        var read = await source.ReadAsync(buffer, cancellationToken);
        if (read == 0)
        {
            // Decided here, while the store still holds an unfinished object: what is refused is never stored.
            check.Complete();
            return 0;
        }

        check.Append(buffer.Span[..read]);
        return read;
    }
}
