using Artorizer.Contracts.Api;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs.Engine;

/// <summary>Makes the engine's command of a stored task, and the stored outcome of its answer.</summary>
internal static class ProtectionCommands
{
    public static ProtectCommand Command(string jobId, ProtectionTask task)
    {
        var command = new ProtectCommand
        {
            JobId = jobId,
            SourceLength = task.Original.Length,
            Artwork = new Artwork
            {
                ArtworkId = jobId,
                Title = task.Title,
                Artist = task.Artist,
                Description = task.Description ?? "",
                CreationTime = task.CreationTime ?? "",
                ExtraMetadata = task.ExtraMetadata ?? "",
                FileName = task.Original.FileName,
                Sha256 = task.Original.Sha256,
            },
            Options = new EngineOptions
            {
                IncludeHashAnalysis = task.IncludeHashAnalysis,
                IncludeProtection = task.IncludeProtection,
                Watermark = new WatermarkOptions
                {
                    Strategy = task.WatermarkStrategy,
                    Strength = task.WatermarkStrength,
                    Text = task.WatermarkText ?? "", // the engine knows what each strategy then writes
                },
            },
        };
        command.Artwork.Tags.AddRange(task.Tags);
        command.Options.Processors.AddRange(task.Processors);
        return command;
    }

    public static ProtectionOutcome Outcome(string jobId, Completed completed) => new()
    {
        ArtworkId = jobId,
        Width = completed.Width,
        Height = completed.Height,
        Frames = Math.Max(1, completed.Frames), // an engine of an older version says nothing
        Format = completed.Format,
        Mode = completed.Mode,
        Hashes = new Dictionary<string, string>(completed.Hashes),
        Artifacts = completed.Artifacts.ToDictionary(a => a.Variant, a => new ArtifactView(a.ContentType, a.Length, a.Sha256)),
        Warnings = [.. completed.Warnings.Select(w => new JobWarning(w.Code, w.Message))],
        ProcessingMs = completed.ProcessingMs,
    };
}
