using Artorizer.Processor.Watermarks;

namespace Artorizer.Processor.Protection;

/// <summary>The strategy <c>invisible-watermark</c>: a mark in colour, after the Python package of that name.</summary>
public sealed class HaarDctWatermarkStage() : InvisibleWatermarkStage(WatermarkLayout.HaarDct);
