namespace Artorizer.Imaging;

/// <summary>A file format that Artorizer takes in. The known ones are in <see cref="ImageFormats"/>; compare by reference.</summary>
public sealed class ImageFormat
{
    internal ImageFormat(string name, string mediaType, string fileExtension, string[] mediaTypeAliases, string[] fileExtensionAliases)
    {
        Name = name;
        Id = name.ToLowerInvariant();
        MediaType = mediaType;
        FileExtension = fileExtension;
        MediaTypes = [mediaType, .. mediaTypeAliases];
        FileExtensions = [fileExtension, .. fileExtensionAliases];
    }

    /// <summary>Name for people, such as <c>JPEG</c>.</summary>
    public string Name { get; }

    /// <summary>Name in answers and reports, such as <c>jpeg</c>.</summary>
    public string Id { get; }

    /// <summary>The media type to answer with, such as <c>image/jpeg</c>.</summary>
    public string MediaType { get; }

    /// <summary>The extension to name files with, without a dot, such as <c>jpg</c>.</summary>
    public string FileExtension { get; }

    /// <summary>Every media type the format is sent under, the usual one first.</summary>
    public IReadOnlyList<string> MediaTypes { get; }

    /// <summary>Every extension the format is seen under, without a dot, the usual one first.</summary>
    public IReadOnlyList<string> FileExtensions { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
