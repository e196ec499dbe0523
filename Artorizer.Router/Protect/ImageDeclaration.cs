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

    /// <summary>
    /// Refuses a file that says it is one thing and is another: it is damaged, mistaken or an attack, and none of them is worth keeping.
    /// </summary>
    /// <exception cref="ApiException">400.</exception>
    public void Require(ImageFormat actual)
    {
        var declared = ImageFormats.FromMediaType(ContentType) ?? ImageFormats.FromFileName(FileName);
        if (declared is not null && declared != actual && !(IsHeif(declared) && IsHeif(actual)))
        {
            throw ApiException.InvalidImage($"The file is {actual.Name}, but is named or declared as {declared.Name}. Send it under its own type.");
        }
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
