using System.Security.Cryptography;
using Artorizer.Contracts.Images;
using Artorizer.Contracts.Jobs;
using Artorizer.Router.Errors;

namespace Artorizer.Router.Protect;

/// <summary>
/// Looks at an upload as it flows past on its way to the store: counts, hashes and inspects it in one pass, and breaks off
/// with the caller's error as soon as it is too large or cannot be an image.
/// </summary>
internal sealed class InspectingStream(Stream source, ImageInspector inspector, long maxBytes, ImageDeclaration declaration) : Stream
{
    private readonly byte[] _head = new byte[ImageFormats.SniffLength];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _headLength;
    private int _headRead;

    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => BytesRead;
        set => throw new NotSupportedException();
    }

    public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Reads the first bytes ahead and tells the format, so that nothing is begun for what is no image.</summary>
    public async Task<ImageFormat> ReadFormatAsync(CancellationToken cancellationToken)
    {
        _headLength = await source.ReadAtLeastAsync(_head, _head.Length, throwOnEndOfStream: false, cancellationToken);
        var format = ImageFormats.Sniff(_head.AsSpan(0, _headLength));
        if (format is null)
        {
            throw ApiException.InvalidImage(_headLength == 0 ? "The file is empty." : "The file is in none of the formats that are read here.");
        }

        RequireDeclared(format);
        return format;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_headRead < _headLength)
        {
            var part = Math.Min(buffer.Length, _headLength - _headRead);
            _head.AsMemory(_headRead, part).CopyTo(buffer);
            _headRead += part;
            Take(buffer.Span[..part]);
            return part;
        }

        var read = await source.ReadAsync(buffer, cancellationToken);
        if (read == 0)
        {
            // Decided here, while the store still holds an unfinished object: what is refused is never stored.
            Require(inspector.Complete().Failure);
            return 0;
        }

        Take(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Uploads are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        BytesRead += bytes.Length;
        if (BytesRead > maxBytes)
        {
            throw ApiException.TooLarge(maxBytes);
        }

        inspector.Append(bytes);
        Require(inspector.Failure);
        _hash.AppendData(bytes);
    }

    // A file that says it is one thing and is another is damaged, mistaken or an attack; none of them is worth keeping.
    private void RequireDeclared(ImageFormat actual)
    {
        var declared = ImageFormats.FromMediaType(declaration.ContentType) ?? ImageFormats.FromFileName(declaration.FileName);
        if (declared is not null && !SameFamily(declared, actual))
        {
            throw ApiException.InvalidImage($"The file is {actual.Name}, but is named or declared as {declared.Name}. Send it under its own type.");
        }
    }

    private static bool SameFamily(ImageFormat a, ImageFormat b) =>
        a == b || (IsHeif(a) && IsHeif(b));

    // One container with two codecs; cameras and converters mix up the names.
    private static bool IsHeif(ImageFormat format) => format == ImageFormats.Avif || format == ImageFormats.Heif;

    private static void Require(ImageFailure? failure)
    {
        if (failure is not null)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, failure.Message, failure.Detail) { Field = ProtectFieldNames.Image, Code = JobErrorCodes.InvalidImage };
        }
    }
}
