using System.Runtime.Intrinsics;

namespace Artorizer.Processor.Watermarks;

/// <summary>
/// Which numbers of an 8×8 block carry the mark, and which bit each of them carries.
/// Blocks form tiles of 8×8 blocks (64×64 pixels); all tiles are alike, so that a part of the image is enough to read it.
/// </summary>
public sealed class WatermarkLayout
{
    /// <summary>Side of a block in pixels.</summary>
    public const int Block = 8;

    /// <summary>Side of a tile in blocks.</summary>
    public const int Tile = 8;

    private WatermarkLayout(string name, WatermarkChannel channel, ulong seed, float[] steps, Vector256<float>[] basis)
    {
        Name = name;
        Channel = channel;
        Steps = steps;
        Basis = basis;
        Carriers = basis.Length / Block;

        // The key is public and fixed: the mark is meant to be found by anyone, not to be secret.
        var slots = Tile * Tile * Carriers;
        var random = new SplitMix64(seed);
        BitOf = new int[slots];
        Offset = new float[slots];
        for (var i = 0; i < slots; i++)
        {
            BitOf[i] = i % WatermarkCode.Length;
            Offset[i] = random.NextUnit();
        }

        for (var i = slots - 1; i > 0; i--)
        {
            var other = random.NextBelow(i + 1);
            (BitOf[i], BitOf[other]) = (BitOf[other], BitOf[i]);
        }
    }

    /// <summary>
    /// Six DCT coefficients of low frequency in luminance: JPEG keeps them well, and the eye forgives them more easily
    /// than the two lowest, which show as blocks.
    /// </summary>
    public static WatermarkLayout Robust { get; } = new(
        "robust",
        WatermarkChannel.Luminance,
        seed: 0x6172746F72697A65,
        steps: [10, 14, 18, 22, 26, 30, 34],
        Dct([(0, 2), (2, 0), (1, 1), (1, 2), (2, 1), (2, 2)]));

    /// <summary>
    /// After the Python package invisible-watermark (dwtDct): the Haar transform's low band of the U channel,
    /// 4×4 DCT, quantised. Three fixed coefficients instead of the largest one, which compression may change.
    /// </summary>
    public static WatermarkLayout HaarDct { get; } = new(
        "invisible-watermark",
        WatermarkChannel.ChromaU,
        seed: 0x647774446374,
        steps: [24, 28, 32, 40, 48, 56, 64],
        LowBandDct([(0, 0), (0, 1), (1, 0)]));

    /// <summary>The strategy that uses it.</summary>
    public string Name { get; }

    /// <summary>Which plane of the image carries the mark.</summary>
    public WatermarkChannel Channel { get; }

    /// <summary>Numbers that carry the mark in one block.</summary>
    public int Carriers { get; }

    /// <summary>Quantiser steps for rising strength. A reader tries all of them.</summary>
    public float[] Steps { get; }

    /// <summary>Orthonormal 8×8 patterns, eight rows each.</summary>
    public Vector256<float>[] Basis { get; }

    /// <summary>Code word bit of each slot of a tile.</summary>
    public int[] BitOf { get; }

    /// <summary>
    /// Where each slot's lattice begins, 0..1 of a step. Without it, images whose coefficients are mostly 0
    /// (flat ones) would read as a word of zeros.
    /// </summary>
    public float[] Offset { get; }

    /// <summary>The step for a strength of 0..1.</summary>
    public float Step(double strength) => Steps[(int)Math.Round(Math.Clamp(strength, 0, 1) * (Steps.Length - 1))];

    private static Vector256<float>[] Dct((int Y, int X)[] coefficients) =>
        Patterns(coefficients, (y, x, v, u) => Cosine(8, v, y) * Cosine(8, u, x));

    // The Haar low band is half the sum of 2×2 pixels.
    private static Vector256<float>[] LowBandDct((int Y, int X)[] coefficients) =>
        Patterns(coefficients, (y, x, v, u) => 0.5 * Cosine(4, v, y / 2) * Cosine(4, u, x / 2));

    private static Vector256<float>[] Patterns((int Y, int X)[] coefficients, Func<int, int, int, int, double> value)
    {
        var rows = new Vector256<float>[coefficients.Length * Block];
        var row = new float[Block];
        for (var c = 0; c < coefficients.Length; c++)
        {
            for (var y = 0; y < Block; y++)
            {
                for (var x = 0; x < Block; x++)
                {
                    row[x] = (float)value(y, x, coefficients[c].Y, coefficients[c].X);
                }

                rows[(c * Block) + y] = Vector256.Create(row);
            }
        }

        return rows;
    }

    private static double Cosine(int size, int frequency, int position) =>
        Math.Sqrt((frequency == 0 ? 1.0 : 2.0) / size) * Math.Cos(Math.PI * frequency * ((2 * position) + 1) / (2 * size));
}
