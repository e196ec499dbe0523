using System.Numerics;
using System.Runtime.InteropServices;
using Artorizer.Processor.Images;

namespace Artorizer.Processor.Analysis;

/// <summary>
/// Shrinks luminance bit for bit as Pillow's <c>resize(…, LANCZOS)</c> does: a window of three lobes stretched by
/// the scale, weights in 22-bit fixed point, horizontally first, each pass rounded to 8 bits. Fingerprints can only
/// be compared with those of the Python imagehash package if every pixel is the same.
/// </summary>
public static class LanczosResize
{
    private const int Precision = 32 - 8 - 2;
    private const double Lobes = 3;

    /// <summary>Resizes to <paramref name="width"/> × <paramref name="height"/>, row by row.</summary>
    public static byte[] Resize(LumaPlane source, int width, int height, CancellationToken cancellationToken)
    {
        var across = Weights(source.Width, width);
        var down = Weights(source.Height, height);
        var between = new byte[source.Height * width];
        for (var y = 0; y < source.Height; y++)
        {
            if (y % 256 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var row = source.Row(y);
            for (var x = 0; x < width; x++)
            {
                between[(y * width) + x] = Clip(Sum(row.Slice(across[x].First, across[x].Values.Length), across[x].Values));
            }
        }

        var result = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var sum = 0;
                for (var i = 0; i < down[y].Values.Length; i++)
                {
                    sum += between[((down[y].First + i) * width) + x] * down[y].Values[i];
                }

                result[(y * width) + x] = Clip(sum);
            }
        }

        return result;
    }

    private static int Sum(ReadOnlySpan<byte> samples, ReadOnlySpan<int> weights)
    {
        var (sum, i) = (0, 0);
        if (samples.Length >= Vector<byte>.Count)
        {
            var total = Vector<int>.Zero;
            var lanes = Vector<int>.Count;
            var vectors = MemoryMarshal.Cast<int, Vector<int>>(weights);
            for (; i + Vector<byte>.Count <= samples.Length; i += Vector<byte>.Count)
            {
                Vector.Widen(new Vector<byte>(samples[i..]), out var low, out var high);
                Vector.Widen(low, out var a, out var b);
                Vector.Widen(high, out var c, out var d);
                var v = i / lanes;
                total += (Vector.AsVectorInt32(a) * vectors[v]) + (Vector.AsVectorInt32(b) * vectors[v + 1])
                    + (Vector.AsVectorInt32(c) * vectors[v + 2]) + (Vector.AsVectorInt32(d) * vectors[v + 3]);
            }

            sum = Vector.Sum(total);
        }

        for (; i < samples.Length; i++)
        {
            sum += samples[i] * weights[i];
        }

        return sum;
    }

    private static byte Clip(int sum) => (byte)Math.Clamp((sum + (1 << (Precision - 1))) >> Precision, 0, 255);

    private static (int First, int[] Values)[] Weights(int sourceSize, int size)
    {
        var scale = (double)sourceSize / size;
        var stretch = Math.Max(scale, 1.0);
        var support = Lobes * stretch;
        var result = new (int First, int[] Values)[size];
        for (var i = 0; i < size; i++)
        {
            var centre = (i + 0.5) * scale;
            var first = Math.Max((int)(centre - support + 0.5), 0);
            var last = Math.Min((int)(centre + support + 0.5), sourceSize);
            var values = new double[last - first];
            var total = 0.0;
            for (var x = 0; x < values.Length; x++)
            {
                values[x] = Lanczos((x + first - centre + 0.5) * (1.0 / stretch));
                total += values[x];
            }

            result[i] = (first, Array.ConvertAll(values, value => ToFixed(total == 0 ? value : value * (1.0 / total))));
        }

        return result;
    }

    private static int ToFixed(double weight) => (int)((weight < 0 ? -0.5 : 0.5) + (weight * (1 << Precision)));

    private static double Lanczos(double x) => x is >= -Lobes and < Lobes ? Sinc(x) * Sinc(x / Lobes) : 0;

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
