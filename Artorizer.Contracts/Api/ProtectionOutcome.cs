using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Api;

/// <summary>Result of the <c>protect_image</c> handler, as stored with the job.</summary>
public sealed record ProtectionOutcome
{
    /// <summary>Id of the artwork; the job's id.</summary>
    public required string ArtworkId { get; init; }

    /// <summary>Pixels after orientation, of the first frame or page.</summary>
    public int Width { get; init; }

    /// <summary>Pixels after orientation, of the first frame or page.</summary>
    public int Height { get; init; }

    /// <summary>Frames of an animation or pages of a document, all of them protected; 1 for a still picture.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>Format of original and protected file.</summary>
    public required string Format { get; init; }

    /// <summary>Colour mode as Pillow names it.</summary>
    public required string Mode { get; init; }

    /// <summary>Perceptual hashes by name.</summary>
    public Dictionary<string, string> Hashes { get; init; } = [];

    /// <summary>Files that were made, by variant.</summary>
    public Dictionary<string, ArtifactView> Artifacts { get; init; } = [];

    /// <summary>What of the wishes or of the original is not in the result.</summary>
    public JobWarning[] Warnings { get; init; } = [];

    /// <summary>Time in the engine, in milliseconds.</summary>
    public double ProcessingMs { get; init; }
}
