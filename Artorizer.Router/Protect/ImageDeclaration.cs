namespace Artorizer.Router.Protect;

/// <summary>What a sender says of an image; believed only as far as the bytes bear it out.</summary>
/// <param name="FileName">Without folders, or <see langword="null"/>.</param>
/// <param name="ContentType">Media type, or <see langword="null"/>.</param>
/// <param name="Length">Bytes, or <see langword="null"/>.</param>
internal sealed record ImageDeclaration(string? FileName, string? ContentType, long? Length)
{
    private const int MaxFileNameLength = 255;

    /// <summary>The last segment of a path in either style, without control characters; <see langword="null"/> if nothing is left.</summary>
    public static string? CleanFileName(string? name)
    {
        if (name is null)
        {
            return null;
        }

        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = string.Concat(last.Where(c => !char.IsControl(c))).Trim();
        return clean is "" or "." or ".." ? null : clean.Length <= MaxFileNameLength ? clean : clean[..MaxFileNameLength];
    }
}
