using Artorizer.Contracts.Engine;

namespace Artorizer.Processor.Protection;

/// <summary>What a protection stage may know of the job.</summary>
/// <param name="Artwork">The artwork as its owner described it.</param>
/// <param name="Options">All options of the job.</param>
/// <param name="Watermark">The watermark's options, defaults filled in.</param>
public sealed record ProtectionContext(Artwork Artwork, EngineOptions Options, WatermarkSettings Watermark);
