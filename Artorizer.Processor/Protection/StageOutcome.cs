using System.Globalization;

namespace Artorizer.Processor.Protection;

/// <summary>What a protection stage did, for the summary.</summary>
public sealed record StageOutcome
{
    /// <summary>Whether the image, or at least one of its frames, was changed.</summary>
    public required bool Applied { get; init; }

    /// <summary>Why it, or a frame, was not, as a sentence.</summary>
    public string? Note { get; init; }

    /// <summary>The 64 bits that were embedded, as <c>0x…</c>.</summary>
    public string? Payload { get; init; }

    /// <summary>Whether the first frame, which is looked at again after encoding, was changed.</summary>
    internal bool IsInFirstFrame { get; private init; } = true;

    /// <summary>Peak signal-to-noise ratio of all colour samples before encoding, in dB.</summary>
    public double? Psnr { get; init; }

    /// <summary>The stage had nothing to do, for a reason that the owner should read.</summary>
    public static StageOutcome Skipped(string note) => new() { Applied = false, Note = note };

    /// <summary>What a stage did with all frames of a picture: the least of it.</summary>
    internal static StageOutcome OfAll(IReadOnlyList<StageOutcome> frames)
    {
        if (frames.Count == 1)
        {
            return frames[0];
        }

        var without = frames.Count(frame => !frame.Applied);
        var note = frames.FirstOrDefault(frame => frame.Note is not null)?.Note;
        var applied = frames.Where(frame => frame.Applied).ToList();
        return new StageOutcome
        {
            Applied = applied.Count > 0,
            Note = without > 0 && applied.Count > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{without} of {frames.Count} frames or pages are without it. {note}")
                : note,
            IsInFirstFrame = frames[0].Applied,
            Payload = applied.FirstOrDefault()?.Payload,
            Psnr = applied.Min(frame => frame.Psnr),
        };
    }

    /// <summary>PSNR from a mean squared error in 8-bit steps; <see langword="null"/> if nothing changed.</summary>
    public static double? PsnrOf(double meanSquaredError) =>
        meanSquaredError > 0 ? Math.Round(10 * Math.Log10(255.0 * 255.0 / meanSquaredError), 2) : null;
}
