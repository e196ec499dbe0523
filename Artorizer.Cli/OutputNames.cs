using Artorizer.Imaging;

namespace Artorizer.Cli;

/// <summary>Names of downloaded files.</summary>
internal static class OutputNames
{
    /// <summary>A protected image is called as its original; further files append to that name.</summary>
    public static string OfImage(string originalName, string variant, string contentType)
    {
        if (variant != "protected")
        {
            return OfVariant(originalName, variant, contentType);
        }

        var same = ImageFormats.FromFileName(originalName) is { } format && format == ImageFormats.FromMediaType(contentType);
        return same ? originalName : originalName + Extension(contentType);
    }

    public static string OfVariant(string stem, string variant, string contentType) => $"{stem}.{variant}{Extension(contentType)}";

    private static string Extension(string contentType) =>
        ImageFormats.FromMediaType(contentType) is { } format ? "." + format.FileExtension
        : contentType.Contains("json", StringComparison.OrdinalIgnoreCase) ? ".json"
        : contentType == "application/octet-stream" ? ".sac"
        : "";
}
