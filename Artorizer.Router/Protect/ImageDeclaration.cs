using Artorizer.Imaging;
using Artorizer.Router.Errors;

namespace Artorizer.Router.Protect;

/// <summary>What a sender says of an image; believed only as far as the bytes bear it out.</summary>
/// <param name="FileName">Without folders, or <see langword="null"/>.</param>
/// <param name="ContentType">Media type, or <see langword="null"/>.</param>
/// <param name="Length">Bytes, or <see langword="null"/>.</param>
internal sealed record ImageDeclaration(string? FileName, string? ContentType, long? Length)
{
    private const int MaxFileNameLength = 255;

    /// <summary>Whether the media type is part of a signature: then it is a promise, else people and programs guess it from names.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Refuses a file that was promised to be another one. Without a promise the bytes decide.</summary>
    /// <exception cref="ApiException">400.</exception>
    public void Require(ImageFormat actual)
    {
        if (IsSigned && Mistaken(actual) is { } declared)
        {
            throw ApiException.InvalidImage($"The file is {actual.Name}, but was announced as {declared.Name}. Announce it as what it is.");
        }
    }

    /// <summary>The format that was named or declared, where it is another one than the file has.</summary>
    public ImageFormat? Mistaken(ImageFormat actual)
    {
        var declared = ImageFormats.FromMediaType(ContentType) ?? ImageFormats.FromFileName(FileName);
        return declared is not null && declared != actual && !(IsHeif(declared) && IsHeif(actual)) ? declared : null;
    }

    /// <summary>The last segment of a path in either style, without control characters; <see langword="null"/> if nothing is left.</summary>
    public static string? CleanFileName(string? name)
    {
        if (name is null)
        {
            return null;
        }

        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = PlainText.Strip(last).Trim();
        return clean is "" or "." or ".." ? null : clean.Length <= MaxFileNameLength ? clean : clean[..MaxFileNameLength];
    }

    // One container with two codecs; cameras and converters mix up the names.
    private static bool IsHeif(ImageFormat format) => format == ImageFormats.Avif || format == ImageFormats.Heif;
}
