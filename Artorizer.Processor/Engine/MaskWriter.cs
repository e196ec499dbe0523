using Artorizer.Imaging;
using Artorizer.Processor.Images;

namespace Artorizer.Processor.Engine;

/// <summary>Writes the SAC mask: luminance of the original minus luminance of the protected file, row by row.</summary>
internal static class MaskWriter
{
    internal static MaskDifference Write(LumaPlane original, RasterImage delivered, string path, CancellationToken cancellationToken)
    {
        if ((delivered.Width, delivered.Height) != (original.Width, original.Height))
        {
            throw new InvalidOperationException("The protected image has another size than the original.");
        }

        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 256 << 10);
        Span<byte> header = stackalloc byte[SacMask.HeaderLength];
        SacMask.WriteSingleHeader(header, original.Width, original.Height);
        file.Write(header);
        var luma = new byte[original.Width];
        var values = new short[original.Width];
        var bytes = new byte[2 * original.Width];
        var (squares, largest) = (0.0, 0);
        for (var y = 0; y < original.Height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            delivered.ReadLuma(y, luma);
            var row = original.Row(y);
            var sum = 0L;
            for (var x = 0; x < values.Length; x++)
            {
                var difference = row[x] - luma[x];
                values[x] = (short)difference;
                sum += difference * difference;
                largest = Math.Max(largest, Math.Abs(difference));
            }

            squares += sum;
            SacMask.WriteValues(values, bytes);
            file.Write(bytes);
        }

        return new MaskDifference(squares / ((double)original.Width * original.Height), largest);
    }
}
