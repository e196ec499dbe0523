using Artorizer.Processor.Images;

namespace Artorizer.Processor.Analysis;

/// <summary>The 64-bit fingerprints of the Python package imagehash, with its default sizes.</summary>
public static class PerceptualHashes
{
    private const int Side = 8;
    private const int DctSide = 4 * Side;

    /// <summary><c>imagehash.average_hash</c>: which of 8×8 pixels are brighter than their mean.</summary>
    public static string Average(LumaPlane luma, CancellationToken cancellationToken)
    {
        var pixels = LanczosResize.Resize(luma, Side, Side, cancellationToken);
        var mean = pixels.Sum(pixel => pixel) / (double)pixels.Length;
        return HashText.FromBits(Array.ConvertAll(pixels, pixel => pixel > mean));
    }

    /// <summary><c>imagehash.phash</c>: which of the 8×8 lowest DCT coefficients of 32×32 pixels lie above their median.</summary>
    public static string Perceptual(LumaPlane luma, CancellationToken cancellationToken)
    {
        var pixels = LanczosResize.Resize(luma, DctSide, DctSide, cancellationToken);
        var low = new double[Side * Side];
        for (var v = 0; v < Side; v++)
        {
            for (var u = 0; u < Side; u++)
            {
                for (var i = 0; i < pixels.Length; i++)
                {
                    low[(v * Side) + u] += pixels[i] * Cosine(v, i / DctSide) * Cosine(u, i % DctSide);
                }
            }
        }

        // A flat image has coefficients of 0, which sums of cosines miss by some 1e-12; that must not decide a bit.
        low = Array.ConvertAll(low, value => Math.Round(value, 6));
        var sorted = (double[])low.Clone();
        Array.Sort(sorted);
        var median = (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        return HashText.FromBits(Array.ConvertAll(low, value => value > median));
    }

    /// <summary><c>imagehash.dhash</c>: in which of 9×8 pixels the right neighbour is brighter.</summary>
    public static string Difference(LumaPlane luma, CancellationToken cancellationToken)
    {
        var pixels = LanczosResize.Resize(luma, Side + 1, Side, cancellationToken);
        var bits = new bool[Side * Side];
        for (var i = 0; i < bits.Length; i++)
        {
            var at = (i / Side * (Side + 1)) + (i % Side);
            bits[i] = pixels[at + 1] > pixels[at];
        }

        return HashText.FromBits(bits);
    }

    /// <summary><c>imagehash.dhash_vertical</c>: in which of 8×9 pixels the lower neighbour is brighter.</summary>
    public static string VerticalDifference(LumaPlane luma, CancellationToken cancellationToken)
    {
        var pixels = LanczosResize.Resize(luma, Side, Side + 1, cancellationToken);
        var bits = new bool[Side * Side];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = pixels[i + Side] > pixels[i];
        }

        return HashText.FromBits(bits);
    }

    private static double Cosine(int frequency, int position) =>
        CosineTable[(frequency * ((2 * position) + 1)) % (4 * DctSide)];

    // cos(π k / 64) for a whole turn; SciPy's unnormalised DCT-II doubles it twice, which the median does not see.
    private static readonly double[] CosineTable =
        [.. Enumerable.Range(0, 4 * DctSide).Select(k => Math.Cos(Math.PI * k / (2 * DctSide)))];
}
