namespace Artorizer.Processor.Engine;

/// <summary>Names of the files that a job yields.</summary>
public static class ArtifactVariants
{
    /// <summary>The protected image in the format of the original.</summary>
    public const string Protected = "protected";

    /// <summary>What protection changed: a SAC mask.</summary>
    public const string Mask = "mask";

    /// <summary>analysis.json.</summary>
    public const string Analysis = "analysis";

    /// <summary>summary.json.</summary>
    public const string Summary = "summary";

    /// <summary>A small WebP.</summary>
    public const string Thumbnail = "thumbnail";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Protected, Mask, Analysis, Summary, Thumbnail];
}
