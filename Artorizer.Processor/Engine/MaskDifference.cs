namespace Artorizer.Processor.Engine;

/// <summary>How the protected file, as delivered, differs from the original in luminance.</summary>
/// <param name="MeanSquaredError">In 8-bit steps.</param>
/// <param name="LargestChange">In 8-bit steps.</param>
internal sealed record MaskDifference(double MeanSquaredError, int LargestChange);
