namespace Artorizer.Contracts.Api;

/// <summary>One downloadable file of a job.</summary>
/// <param name="ContentType">Media type.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record ArtifactView(string ContentType, long Length, string? Sha256);
