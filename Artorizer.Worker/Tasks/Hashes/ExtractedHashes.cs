namespace Artorizer.Worker.Tasks.Hashes;

/// <summary>Result of <c>extract_hashes</c>.</summary>
/// <param name="Hashes">By name, as <c>0x…</c>.</param>
/// <param name="Metadata">What the image is.</param>
internal sealed record ExtractedHashes(IReadOnlyDictionary<string, string> Hashes, HashedImage Metadata);

/// <summary>The image that was hashed.</summary>
/// <param name="Width">Pixels, upright.</param>
/// <param name="Height">Pixels, upright.</param>
/// <param name="Format">jpeg, png, webp …</param>
/// <param name="Mode">As Pillow names it.</param>
internal sealed record HashedImage(int Width, int Height, string Format, string Mode);
