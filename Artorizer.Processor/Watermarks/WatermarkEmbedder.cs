using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Artorizer.Processor.Images;

namespace Artorizer.Processor.Watermarks;

/// <summary>
/// Quantisation index modulation with a dithered lattice (Chen and Wornell, "Quantization Index Modulation", 2001):
/// each carrier moves to the nearest point of the lattice that stands for its bit. Unlike an added pattern,
/// the image itself is then no noise for the reader.
/// </summary>
public static class WatermarkEmbedder
{
    private const int Side = WatermarkLayout.Block;

    // Where the change would run over white or black, the block's mean gives way by this share of a step at most.
    private const float MaxMeanShift = 0.06f;

    /// <summary>Whether an image has room for the mark: two tiles each way, so that every bit is there four times over.</summary>
    public static bool Fits(RasterImage image) => Math.Min(image.Width, image.Height) >= 2 * WatermarkLayout.Tile * Side;

    /// <summary>Embeds a payload in place.</summary>
    /// <returns>The mean squared change of a colour sample, in 8-bit steps.</returns>
    public static double Embed(RasterImage image, WatermarkLayout layout, ulong payload, double strength, CancellationToken cancellationToken)
    {
        var step = layout.Step(strength);
        var targets = Targets(layout, payload, step);
        var strip = new BlockStrip(image, layout.Channel, 0, image.Width);
        var writer = new BlockWriter(image, layout.Channel, step * MaxMeanShift);
        Span<Vector256<float>> change = stackalloc Vector256<float>[Side];
        for (var top = 0; top + Side <= image.Height; top += Side)
        {
            cancellationToken.ThrowIfCancellationRequested();
            strip.Read(top);
            for (var left = 0; left + Side <= image.Width; left += Side)
            {
                change.Clear();
                var slot = ((top / Side % WatermarkLayout.Tile * WatermarkLayout.Tile) + (left / Side % WatermarkLayout.Tile)) * layout.Carriers;
                for (var carrier = 0; carrier < layout.Carriers; carrier++)
                {
                    var pattern = layout.Basis.AsSpan(carrier * Side, Side);
                    AddChange(change, pattern, Move(strip.Project(left, pattern), targets[slot + carrier], step));
                }

                writer.Apply(left, top, change);
            }
        }

        return writer.SquaredChange / ((double)image.Width * image.Height * image.ColourBands);
    }

    /// <summary>Where in its step each slot of a tile must come to lie.</summary>
    private static float[] Targets(WatermarkLayout layout, ulong payload, float step)
    {
        var check = WatermarkCode.Check(payload);
        var targets = new float[layout.BitOf.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = step * (layout.Offset[i] + (WatermarkCode.Bit(payload, check, layout.BitOf[i]) ? 0.5f : 0f));
        }

        return targets;
    }

    private static float Move(float value, float target, float step)
    {
        var distance = (value - target) / step;
        return (MathF.Round(distance) - distance) * step;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddChange(Span<Vector256<float>> change, ReadOnlySpan<Vector256<float>> pattern, float amount)
    {
        for (var y = 0; y < Side; y++)
        {
            change[y] += pattern[y] * amount;
        }
    }
}
