using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Api;

/// <summary>Answer to <c>GET /jobs/{id}/result</c> and to the synchronous modes of <c>POST /protect</c>.</summary>
public sealed record JobResultView
{
    /// <summary>Id of the job.</summary>
    public required string JobId { get; init; }

    /// <summary>Its number in the task API.</summary>
    public int TaskId { get; init; }

    /// <summary>Completed or failed.</summary>
    public JobStatus Status { get; init; }

    /// <summary>Id of the artwork.</summary>
    public required string ArtworkId { get; init; }

    /// <summary>Title as submitted.</summary>
    public required string Title { get; init; }

    /// <summary>Artist as submitted.</summary>
    public required string Artist { get; init; }

    /// <summary>Description as submitted.</summary>
    public string? Description { get; init; }

    /// <summary>Tags as submitted.</summary>
    public string[] Tags { get; init; } = [];

    /// <summary>Perceptual hashes by name, as <c>0x…</c>.</summary>
    public Dictionary<string, string> Hashes { get; init; } = [];

    /// <summary>Where each variant can be downloaded without further credentials, for a quarter of an hour.</summary>
    public Dictionary<string, string> Urls { get; init; } = [];

    /// <summary>Media type, bytes and hash of each variant.</summary>
    public Dictionary<string, ArtifactView> Formats { get; init; } = [];

    /// <summary>What the analyzers found; a JSON object.</summary>
    public Payload? Analysis { get; init; }

    /// <summary>What the stages did; a JSON object.</summary>
    public Payload? Summary { get; init; }

    /// <summary>Why the job failed; absent when it is completed.</summary>
    public JobError? Error { get; init; }

    /// <summary>What of the wishes or of the original is not in the result.</summary>
    public JobWarning[] Warnings { get; init; } = [];

    /// <summary>Time in the engine, in milliseconds.</summary>
    public double ProcessingTimeMs { get; init; }
}
