namespace Artorizer.Processor.Engine;

/// <summary>The original, complete in the job's temporary folder.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record SourceFile(string Path, long Length, string Sha256);
