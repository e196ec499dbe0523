using Artorizer.Processor.Watermarks;

namespace Artorizer.Processor.Protection;

/// <summary>The default: a mark in luminance that survives JPEG compression and cropping.</summary>
public sealed class RobustWatermarkStage() : InvisibleWatermarkStage(WatermarkLayout.Robust);
