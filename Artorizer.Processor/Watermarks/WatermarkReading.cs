namespace Artorizer.Processor.Watermarks;

/// <summary>A mark that was found.</summary>
/// <param name="Strategy">The strategy that wrote it.</param>
/// <param name="Payload">Its 64 bits.</param>
/// <param name="Confidence">0..1: how well the image agrees with the mark; 1 right after embedding, noise is near 0.</param>
public sealed record WatermarkReading(string Strategy, ulong Payload, double Confidence);
