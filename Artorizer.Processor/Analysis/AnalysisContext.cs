using Artorizer.Contracts.Engine;
using Artorizer.Processor.Images;

namespace Artorizer.Processor.Analysis;

/// <summary>What analyzers may read. Valid while the analyzer runs.</summary>
/// <param name="Artwork">The artwork as its owner described it.</param>
/// <param name="Source">The original's header.</param>
/// <param name="SourceLength">The original's length in bytes.</param>
/// <param name="SourceSha256">Lower-case hexadecimal SHA-256 of the original.</param>
/// <param name="Image">The decoded pixels, upright.</param>
/// <param name="Luma">Their luminance.</param>
public sealed record AnalysisContext(
    Artwork Artwork,
    SourceInfo Source,
    long SourceLength,
    string SourceSha256,
    RasterImage Image,
    LumaPlane Luma);
