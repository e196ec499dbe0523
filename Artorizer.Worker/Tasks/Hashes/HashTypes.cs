using System.Collections.Frozen;

namespace Artorizer.Worker.Tasks.Hashes;

/// <summary>Hashes that the engine computes, the analyzers that do, and the short names that imagehash's users know.</summary>
internal static class HashTypes
{
    private static readonly FrozenDictionary<string, string> Analyzers = new Dictionary<string, string>
    {
        ["average_hash"] = "imagehash",
        ["perceptual_hash"] = "imagehash",
        ["difference_hash"] = "imagehash",
        ["difference_hash_vertical"] = "dhash",
        ["blockhash8"] = "blockhash",
        ["blockhash16"] = "blockhash",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Short = new Dictionary<string, string>
    {
        ["ahash"] = "average_hash",
        ["phash"] = "perceptual_hash",
        ["dhash"] = "difference_hash",
        ["dhash_vertical"] = "difference_hash_vertical",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Names => Analyzers.Keys.Order(StringComparer.Ordinal);

    public static bool IsKnown(string? name) => name is not null && Analyzers.ContainsKey(Canonical(name));

    public static string Canonical(string name) => Short.GetValueOrDefault(name, name);

    public static IEnumerable<string> AnalyzersOf(IEnumerable<string> names) => names.Select(n => Analyzers[n]).Distinct(StringComparer.Ordinal);
}
