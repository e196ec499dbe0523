using System.Numerics;
using Artorizer.Processor.Images;

namespace Artorizer.Processor.Watermarks;

/// <summary>
/// Reads marks without the original. Each carrier, modulo the step, is an angle; the angles of all tiles are summed
/// as unit vectors, so that agreeing tiles add up and noise cancels, whatever the lattice's offset. Strength, and for
/// cropped images the position of the tiles, are found by trying.
/// </summary>
public static class WatermarkReader
{
    private const int Side = WatermarkLayout.Block;
    private const int Tile = WatermarkLayout.Tile;

    // The search for the position of the tiles in a cropped image looks at no more than this square of it.
    private const int SearchSide = 512;
    private const int Angles = 4096;

    private static readonly WatermarkLayout[] Layouts = [WatermarkLayout.Robust, WatermarkLayout.HaarDct];

    private static readonly Vector2[] UnitCircle =
        [.. Enumerable.Range(0, Angles).Select(i => new Vector2((float)Math.Cos(Math.Tau * i / Angles), (float)Math.Sin(Math.Tau * i / Angles)))];

    /// <summary>Looks for every kind of mark, first where an uncropped image has it, then at every position.</summary>
    /// <returns>The mark, or <see langword="null"/>.</returns>
    public static WatermarkReading? Read(RasterImage image, CancellationToken cancellationToken)
    {
        if (Math.Min(image.Width, image.Height) < Tile * Side)
        {
            return null;
        }

        return Layouts.Select(layout => ReadAligned(image, layout, cancellationToken)).FirstOrDefault(reading => reading is not null)
            ?? Layouts.Select(layout => Search(image, layout, cancellationToken)).FirstOrDefault(reading => reading is not null);
    }

    /// <summary>Whether an image that was neither cropped nor moved has this mark.</summary>
    /// <param name="image">The image.</param>
    /// <param name="strategy">The strategy that wrote it.</param>
    /// <param name="payload">Its 64 bits.</param>
    /// <param name="cancellationToken">Checked for every strip of rows.</param>
    internal static bool Has(RasterImage image, string strategy, ulong payload, CancellationToken cancellationToken) =>
        Layouts.FirstOrDefault(layout => layout.Name == strategy) is { } layout
        && ReadAligned(image, layout, cancellationToken)?.Payload == payload;

    private static WatermarkReading? ReadAligned(RasterImage image, WatermarkLayout layout, CancellationToken cancellationToken)
    {
        var evidence = new Evidence(layout);
        evidence.Add(image, new Window(0, 0, image.Width, image.Height), cancellationToken);
        return evidence.Decode(rowShift: 0, columnShift: 0, repair: true);
    }

    private static WatermarkReading? Search(RasterImage image, WatermarkLayout layout, CancellationToken cancellationToken)
    {
        var width = Math.Min(image.Width, SearchSide);
        var height = Math.Min(image.Height, SearchSide);
        var (left, top) = ((image.Width - width) / 2, (image.Height - height) / 2);
        for (var phase = 0; phase < Side * Side; phase++)
        {
            var (dx, dy) = (phase % Side, phase / Side);
            var evidence = new Evidence(layout);
            evidence.Add(image, new Window(left + dx, top + dy, width - dx, height - dy), cancellationToken);
            for (var shift = 0; shift < Tile * Tile; shift++)
            {
                if (evidence.Decode(shift / Tile, shift % Tile, repair: false) is { } reading)
                {
                    return reading;
                }
            }
        }

        return null;
    }

    private readonly record struct Window(int Left, int Top, int Width, int Height);

    /// <summary>The summed vectors of every slot, for every step.</summary>
    private sealed class Evidence(WatermarkLayout layout)
    {
        private readonly Vector2[][] _sums = [.. layout.Steps.Select(_ => new Vector2[layout.BitOf.Length])];
        private readonly int[] _counts = new int[Tile * Tile];

        internal void Add(RasterImage image, Window window, CancellationToken cancellationToken)
        {
            var strip = new BlockStrip(image, layout.Channel, window.Left, window.Width);
            for (var row = 0; (row + 1) * Side <= window.Height; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                strip.Read(window.Top + (row * Side));
                for (var column = 0; (column + 1) * Side <= window.Width; column++)
                {
                    var block = (row % Tile * Tile) + (column % Tile);
                    _counts[block]++;
                    for (var carrier = 0; carrier < layout.Carriers; carrier++)
                    {
                        var value = strip.Project(column * Side, layout.Basis.AsSpan(carrier * Side, Side));
                        Add((block * layout.Carriers) + carrier, value);
                    }
                }
            }
        }

        internal WatermarkReading? Decode(int rowShift, int columnShift, bool repair)
        {
            Span<float> bits = stackalloc float[WatermarkCode.Length];
            for (var step = 0; step < _sums.Length; step++)
            {
                Collect(step, rowShift, columnShift, bits);
                if (WatermarkCode.TryDecode(bits, repair, out var payload))
                {
                    return new WatermarkReading(layout.Name, payload, Agreement(bits, payload));
                }
            }

            return null;
        }

        private void Add(int slot, float value)
        {
            for (var step = 0; step < _sums.Length; step++)
            {
                var turns = value / layout.Steps[step];
                _sums[step][slot] += UnitCircle[(int)((turns - MathF.Floor(turns)) * Angles) & (Angles - 1)];
            }
        }

        private void Collect(int step, int rowShift, int columnShift, Span<float> bits)
        {
            bits.Clear();
            for (var row = 0; row < Tile; row++)
            {
                for (var column = 0; column < Tile; column++)
                {
                    var seen = ((row * Tile) + column) * layout.Carriers;
                    var meant = (((row + rowShift) % Tile * Tile) + ((column + columnShift) % Tile)) * layout.Carriers;
                    for (var carrier = 0; carrier < layout.Carriers; carrier++)
                    {
                        var offset = UnitCircle[(int)(layout.Offset[meant + carrier] * Angles) & (Angles - 1)];
                        bits[layout.BitOf[meant + carrier]] += Vector2.Dot(_sums[step][seen + carrier], offset);
                    }
                }
            }
        }

        private double Agreement(ReadOnlySpan<float> bits, ulong payload)
        {
            var (sum, check) = (0.0, WatermarkCode.Check(payload));
            for (var i = 0; i < bits.Length; i++)
            {
                sum += WatermarkCode.Bit(payload, check, i) ? -bits[i] : bits[i];
            }

            return Math.Clamp(sum / (_counts.Sum(count => (double)count) * layout.Carriers), 0, 1);
        }
    }
}
