using System.Collections.Frozen;
using Artorizer.Contracts.Engine;

namespace Artorizer.Worker.Tasks.Hashes;

/// <summary>Hashes that the engine says it computes, under their names and the short names that imagehash's users know.</summary>
internal sealed class HashTypes
{
    private static readonly FrozenDictionary<string, string> Short = new Dictionary<string, string>
    {
        ["ahash"] = "average_hash",
        ["phash"] = "perceptual_hash",
        ["dhash"] = "difference_hash",
        ["dhash_vertical"] = "difference_hash_vertical",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Of several analyzers that make the same hash, the first.
    private readonly Dictionary<string, string> _analyzers = new(StringComparer.Ordinal);

    public HashTypes(EngineDescription engine)
    {
        foreach (var analyzer in engine.Analyzers)
        {
            foreach (var hash in analyzer.Hashes)
            {
                _analyzers.TryAdd(hash, analyzer.Name);
            }
        }
    }

    public string[] Names => [.. _analyzers.Keys.Order(StringComparer.Ordinal)];

    public string[] UnknownOf(IEnumerable<string> names) => [.. names.Where(name => !_analyzers.ContainsKey(Canonical(name)))];

    /// <summary>The names in full, each once; all when none is given.</summary>
    public string[] Chosen(string[]? given) => given is { Length: > 0 } ? [.. given.Select(Canonical).Distinct(StringComparer.Ordinal)] : Names;

    public IEnumerable<string> AnalyzersOf(IEnumerable<string> names) => names.Select(name => _analyzers[name]).Distinct(StringComparer.Ordinal);

    private static string Canonical(string name) => Short.GetValueOrDefault(name, name);
}
