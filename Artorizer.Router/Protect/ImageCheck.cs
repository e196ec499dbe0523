using System.Security.Cryptography;
using Artorizer.Contracts.Jobs;
using Artorizer.Imaging;
using Artorizer.Router.Errors;

namespace Artorizer.Router.Protect;

/// <summary>Counts, hashes and inspects an image as it flows past, and refuses it with the byte that decides.</summary>
internal sealed class ImageCheck(ImageInspector inspector, long maxBytes, ImageDeclaration declaration) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _formatKnown;

    /// <summary>Bytes seen.</summary>
    public long Length { get; private set; }

    /// <summary>Of the bytes seen so far.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <exception cref="ApiException">413 or 400: the image is refused.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        if (Length > maxBytes)
        {
            throw ApiException.TooLarge(maxBytes);
        }

        inspector.Append(bytes);
        Require(inspector.Failure);
        if (!_formatKnown && inspector.Format is { } format)
        {
            declaration.Require(format);
            _formatKnown = true;
        }

        _hash.AppendData(bytes);
    }

    /// <summary>Says that the file ends here.</summary>
    /// <exception cref="ApiException">400: it is not a whole image.</exception>
    public ImageInspection Complete()
    {
        var inspection = inspector.Complete();
        Require(inspection.Failure);
        return inspection;
    }

    public void Dispose() => _hash.Dispose();

    private static void Require(ImageFailure? failure)
    {
        if (failure is not null)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, failure.Message, failure.Detail)
            {
                Field = ProtectFieldNames.Image,
                Code = JobErrorCodes.InvalidImage,
            };
        }
    }
}
