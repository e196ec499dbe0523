using System.Buffers.Binary;

namespace Artorizer.Processor.Images;

/// <summary>One frame of an animated PNG: a part of the canvas (W3C PNG, third edition, §11.3.6.2).</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Left">From the canvas' left edge.</param>
/// <param name="Top">From its upper edge.</param>
/// <param name="DelayNumerator">Time shown, in seconds: the numerator,</param>
/// <param name="DelayDenominator">and the denominator, of which 0 stands for 100.</param>
/// <param name="Dispose">What becomes of its part: 0 stays, 1 is cleared, 2 is what it was before.</param>
/// <param name="Blend">0 replaces its part of the canvas, 1 is laid over it.</param>
internal sealed record ApngFrame(
    int Width, int Height, int Left, int Top, int DelayNumerator, int DelayDenominator, byte Dispose, byte Blend)
{
    /// <summary>Where its compressed data are in the file.</summary>
    public List<(long Start, int Length)> Data { get; } = [];

    /// <summary>Reads the content of a frame control chunk.</summary>
    /// <exception cref="InvalidDataException">A number is out of range.</exception>
    public static ApngFrame Read(ReadOnlySpan<byte> data)
    {
        var frame = new ApngFrame(
            BinaryPrimitives.ReadInt32BigEndian(data[4..]), BinaryPrimitives.ReadInt32BigEndian(data[8..]),
            BinaryPrimitives.ReadInt32BigEndian(data[12..]), BinaryPrimitives.ReadInt32BigEndian(data[16..]),
            BinaryPrimitives.ReadUInt16BigEndian(data[20..]), BinaryPrimitives.ReadUInt16BigEndian(data[22..]), data[24], data[25]);
        return frame is { Width: > 0, Height: > 0, Left: >= 0, Top: >= 0, Dispose: <= 2, Blend: <= 1 }
            ? frame
            : throw new InvalidDataException("A frame's place is impossible.");
    }
}
