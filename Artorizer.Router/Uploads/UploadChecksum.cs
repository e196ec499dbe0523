using System.Security.Cryptography;
using Artorizer.Router.Errors;

namespace Artorizer.Router.Uploads;

/// <summary>A checksum that a client sent with a chunk (tus 1.0.0, "Checksum").</summary>
internal sealed record UploadChecksum(HashAlgorithmName Algorithm, byte[] Expected)
{
    public const int Mismatch = 460;
    public const string Algorithms = "sha256,sha1";

    /// <summary>Reads <c>Upload-Checksum: sha256 BASE64</c>; <see langword="null"/> where there is none.</summary>
    public static UploadChecksum? Parse(string header)
    {
        if (header.Length == 0)
        {
            return null;
        }

        var space = header.IndexOf(' ', StringComparison.Ordinal);
        var (name, length) = (space < 0 ? header : header[..space]) switch
        {
            "sha256" => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            "sha1" => (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
            _ => throw ApiException.BadField(TusHeaders.UploadChecksum, $"the algorithm must be one of {Algorithms}"),
        };
        var expected = new byte[length];
        return space > 0 && Convert.TryFromBase64String(header[(space + 1)..].Trim(), expected, out var written) && written == length
            ? new UploadChecksum(name, expected)
            : throw ApiException.BadField(TusHeaders.UploadChecksum, $"must be an algorithm, a space, and {length} bytes in base64");
    }

    public static ApiException NotMatching() =>
        new(Mismatch, "Checksum mismatch", "The chunk is not what its checksum says. It was discarded; send it again.");
}
