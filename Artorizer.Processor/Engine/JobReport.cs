using System.Text.Json;
using System.Text.Json.Nodes;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.Processor.Analysis;
using Artorizer.Processor.Images;
using Artorizer.Processor.Protection;
using Artorizer.Processor.Watermarks;

namespace Artorizer.Processor.Engine;

/// <summary>Gathers what the steps found, for analysis.json, summary.json and the result.</summary>
internal sealed class JobReport(ProtectCommand command)
{
    private readonly List<(string Name, TimeSpan Duration)> _steps = [];
    private readonly List<(string Name, AnalysisSection Section)> _sections = [];
    private readonly List<(string Name, StageOutcome Outcome)> _layers = [];

    private readonly List<Warning> _warnings = [];

    internal (SourceFile File, SourceInfo Info, int Width, int Height) Source { get; set; }

    internal MaskDifference? Difference { get; set; }

    internal void StepDone(string name, TimeSpan duration) => _steps.Add((name, duration));

    internal void Add(string name, AnalysisSection section) => _sections.Add((name, section));

    internal void Add(string name, StageOutcome outcome)
    {
        _layers.Add((name, outcome));
        if (!outcome.Applied || outcome.Note is not null)
        {
            Warn(JobWarning.MarkNotApplied, outcome.Note ?? $"The stage '{name}' changed nothing.");
        }
    }

    /// <summary>Looks for the invisible marks in the delivered file.</summary>
    internal void FindMarks(RasterImage delivered, CancellationToken cancellationToken)
    {
        foreach (var (name, outcome) in _layers)
        {
            if (outcome is { IsInFirstFrame: true, Payload: { } payload }
                && !WatermarkReader.Has(delivered, name, WatermarkPayload.Parse(payload), cancellationToken))
            {
                Warn(
                    JobWarning.MarkNotReadable,
                    $"The mark '{name}' was put in, but cannot be read from the delivered file. A greater strength or another strategy may help.");
            }
        }
    }

    /// <summary>Something that was asked for, or was in the original, is not in the result.</summary>
    internal void Warn(string code, string message) => _warnings.Add(new Warning { Code = code, Message = message });

    /// <summary>analysis.json: the same bytes for the same original and options.</summary>
    internal byte[] Analysis()
    {
        var hashes = new JsonObject();
        var root = new JsonObject { ["artwork"] = DescribeArtwork(), ["hashes"] = hashes };
        foreach (var (name, section) in _sections)
        {
            root[name] = section.Data;
            foreach (var (hash, value) in section.Hashes)
            {
                hashes[hash] = value;
            }
        }

        return Write(root);
    }

    /// <summary>summary.json: what was done and how long it took.</summary>
    internal byte[] Summary(WatermarkSettings watermark, IReadOnlyList<EngineArtifact> artifacts, TimeSpan elapsed)
    {
        var (file, info, width, height) = Source;
        var root = new JsonObject
        {
            ["job_id"] = command.JobId,
            ["source"] = new JsonObject
            {
                ["format"] = info.Format.Id,
                ["mode"] = info.Mode,
                ["length"] = file.Length,
                ["sha256"] = file.Sha256,
            },
            ["width"] = width,
            ["height"] = height,
            ["frames"] = info.Frames,
            ["watermark"] = new JsonObject { ["strategy"] = watermark.Strategy, ["strength"] = watermark.Strength },
            ["protection"] = new JsonArray([.. _layers.Select(layer => Describe(layer.Name, layer.Outcome))]),
            ["artifacts"] = new JsonArray([.. artifacts.Select(Describe)]),
            ["steps"] = new JsonArray([.. _steps.Select(step =>
                new JsonObject { ["name"] = step.Name, ["duration_ms"] = Milliseconds(step.Duration) })]),
            ["processing_ms"] = Milliseconds(elapsed),
        };
        if (_warnings.Count > 0)
        {
            root["warnings"] = new JsonArray([.. _warnings.Select(w => new JsonObject { ["code"] = w.Code, ["message"] = w.Message })]);
        }

        if (Difference is { } difference)
        {
            root["delivered"] = new JsonObject
            {
                ["luminance_psnr_db"] = StageOutcome.PsnrOf(difference.MeanSquaredError),
                ["largest_luminance_change"] = difference.LargestChange,
            };
        }

        return Write(root);
    }

    internal Completed Completed(SourceInfo info, IReadOnlyList<EngineArtifact> artifacts, TimeSpan elapsed)
    {
        var completed = new Completed
        {
            Width = Source.Width,
            Height = Source.Height,
            Frames = info.Frames,
            Format = info.Format.Id,
            Mode = info.Mode,
            ProcessingMs = elapsed.TotalMilliseconds,
        };
        foreach (var (name, value) in _sections.SelectMany(section => section.Section.Hashes))
        {
            completed.Hashes[name] = value;
        }

        completed.Warnings.AddRange(_warnings);
        completed.Artifacts.AddRange(artifacts.Select(artifact => new Artifact
        {
            Variant = artifact.Variant,
            ContentType = artifact.ContentType,
            Length = artifact.Length,
            Sha256 = artifact.Sha256,
        }));
        return completed;
    }

    private JsonObject DescribeArtwork()
    {
        var artwork = command.Artwork;
        var json = new JsonObject
        {
            ["artwork_id"] = artwork.ArtworkId,
            ["title"] = artwork.Title,
            ["artist"] = artwork.Artist,
            ["description"] = artwork.Description,
            ["creation_time"] = artwork.CreationTime,
            ["file_name"] = artwork.FileName,
            ["tags"] = new JsonArray([.. artwork.Tags.Select(tag => JsonValue.Create(tag))]),
        };
        if (artwork.ExtraMetadata.Length > 0)
        {
            json["extra_metadata"] = Parse(artwork.ExtraMetadata);
        }

        return json;
    }

    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return json; // the router checks it; what another caller sends is kept as it is
        }
    }

    private static JsonObject Describe(string name, StageOutcome outcome)
    {
        var json = new JsonObject { ["stage"] = name, ["applied"] = outcome.Applied };
        if (outcome.Note is { } note)
        {
            json["note"] = note;
        }

        if (outcome.Payload is { } payload)
        {
            json["payload"] = payload;
        }

        if (outcome.Psnr is { } psnr)
        {
            json["psnr_db"] = psnr;
        }

        return json;
    }

    private static JsonObject Describe(EngineArtifact artifact) => new()
    {
        ["variant"] = artifact.Variant,
        ["content_type"] = artifact.ContentType,
        ["length"] = artifact.Length,
        ["sha256"] = artifact.Sha256,
    };

    private static double Milliseconds(TimeSpan duration) => Math.Round(duration.TotalMilliseconds, 3);

    private static byte[] Write(JsonObject root)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            root.WriteTo(writer);
        }

        return buffer.ToArray();
    }
}
