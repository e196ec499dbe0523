namespace Artorizer.Jobs.Engine;

/// <summary>Variants of an image and where they are kept.</summary>
public static class ArtifactKeys
{
    /// <summary>The file as it came in.</summary>
    public const string Original = "original";

    /// <summary>The protected image, in the original's format.</summary>
    public const string Protected = "protected";

    /// <summary>The SAC mask.</summary>
    public const string Mask = "mask";

    /// <summary>What the analyzers found, JSON.</summary>
    public const string Analysis = "analysis";

    /// <summary>What the stages did, JSON.</summary>
    public const string Summary = "summary";

    /// <summary>A small WebP picture.</summary>
    public const string Thumbnail = "thumbnail";

    /// <summary>What the engine makes.</summary>
    public static IReadOnlyList<string> Made { get; } = [Protected, Mask, Analysis, Summary, Thumbnail];

    /// <summary>Prefix of everything that belongs to jobs.</summary>
    public const string Root = "jobs/";

    /// <summary>Prefix of everything that belongs to a job.</summary>
    public static string Prefix(string jobId) => $"{Root}{jobId}/";

    /// <summary>The job that a key under <see cref="Root"/> belongs to.</summary>
    public static string JobId(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var end = key.IndexOf('/', Root.Length);
        return end < 0 ? key[Root.Length..] : key[Root.Length..end];
    }

    /// <summary>Key of one variant.</summary>
    public static string Key(string jobId, string variant) => $"jobs/{jobId}/{variant}";

    /// <summary>Media type of a variant.</summary>
    /// <param name="variant">One of the constants.</param>
    /// <param name="originalContentType">Media type of the original.</param>
    public static string ContentType(string variant, string originalContentType) => variant switch
    {
        Original or Protected => originalContentType,
        Mask => "application/octet-stream",
        Thumbnail => "image/webp",
        _ => "application/json",
    };

    /// <summary>File extension of a variant, with the dot.</summary>
    /// <param name="variant">One of the constants.</param>
    /// <param name="format">Format of the original.</param>
    public static string Extension(string variant, string format) => variant switch
    {
        Original or Protected => format switch { "jpeg" => ".jpg", "tiff" => ".tif", "heif" => ".heic", _ => "." + format },
        Mask => ".sac",
        Thumbnail => ".webp",
        _ => ".json",
    };
}
