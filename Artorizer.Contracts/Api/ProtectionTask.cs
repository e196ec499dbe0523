namespace Artorizer.Contracts.Api;

/// <summary>Validated input of the <c>protect_image</c> handler: what is stored with the job and travels through the queue.</summary>
public sealed record ProtectionTask
{
    /// <summary>Name of the handler.</summary>
    public const string TypeName = "protect_image";

    /// <summary>The watermark of those who choose none themselves.</summary>
    public const string DefaultStrategy = "robust";

    /// <summary>Title of the artwork.</summary>
    public required string Title { get; init; }

    /// <summary>Artist of the artwork.</summary>
    public required string Artist { get; init; }

    /// <summary>Description, or <see langword="null"/>.</summary>
    public string? Description { get; init; }

    /// <summary>ISO 8601 as submitted, or <see langword="null"/>.</summary>
    public string? CreationTime { get; init; }

    /// <summary>At most 25.</summary>
    public string[] Tags { get; init; } = [];

    /// <summary>A JSON object as text, or <see langword="null"/>.</summary>
    public string? ExtraMetadata { get; init; }

    /// <summary>Where the original is.</summary>
    public required OriginalImage Original { get; init; }

    /// <summary>Whether hashes are computed.</summary>
    public bool IncludeHashAnalysis { get; init; } = true;

    /// <summary>Whether a protected file is made.</summary>
    public bool IncludeProtection { get; init; } = true;

    /// <summary>Analyzers to run; empty for all.</summary>
    public string[] Processors { get; init; } = [];

    /// <summary>Watermark to embed.</summary>
    public string WatermarkStrategy { get; init; } = DefaultStrategy;

    /// <summary>0..1.</summary>
    public double WatermarkStrength { get; init; } = 0.5;

    /// <summary>Text of the watermark; <see langword="null"/> for © and the artist where it is visible, for the artwork's id elsewhere.</summary>
    public string? WatermarkText { get; init; }

    /// <summary>Address that progress and completion are posted to, or <see langword="null"/>.</summary>
    public Uri? CallbackUrl { get; init; }

    /// <summary>Bearer token for the callback, or <see langword="null"/>.</summary>
    public string? CallbackAuthToken { get; init; }
}
