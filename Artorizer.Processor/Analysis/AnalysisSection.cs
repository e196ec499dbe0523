using System.Text.Json.Nodes;

namespace Artorizer.Processor.Analysis;

/// <summary>What one analyzer found.</summary>
/// <param name="Data">The section of <c>analysis.json</c>.</param>
/// <param name="Hashes">Fingerprints by name, as <c>0x…</c>; they are also reported with the job's result.</param>
public sealed record AnalysisSection(JsonObject Data, IReadOnlyDictionary<string, string> Hashes)
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>A section without fingerprints.</summary>
    public static AnalysisSection Of(JsonObject data) => new(data, None);

    /// <summary>A section of fingerprints only.</summary>
    public static AnalysisSection Of(IReadOnlyDictionary<string, string> hashes)
    {
        var data = new JsonObject();
        foreach (var (name, value) in hashes)
        {
            data[name] = value;
        }

        return new AnalysisSection(data, hashes);
    }
}
