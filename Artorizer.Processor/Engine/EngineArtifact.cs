namespace Artorizer.Processor.Engine;

/// <summary>A finished file of a job, in the job's temporary folder.</summary>
/// <param name="Variant">protected, mask, analysis, summary or thumbnail.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record EngineArtifact(string Variant, string ContentType, string Path, long Length, string Sha256);
