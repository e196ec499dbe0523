using Artorizer.Processor.Images;

namespace Artorizer.Processor.Analysis;

/// <summary>
/// The block mean value hash of blockhash.io (Yang, Gu and Niu, "Block Mean Value Based Image Perceptual Hashing", method 1):
/// sums of R + G + B over a grid, each compared with the median of its quarter of the image.
/// </summary>
public static class BlockHash
{
    private const int White = 3 * 255;

    /// <summary>The hash with a grid of <paramref name="bits"/> × <paramref name="bits"/>.</summary>
    public static string Compute(RasterImage image, int bits, CancellationToken cancellationToken)
    {
        // Sums of whole pixels stay exact in double; shares of pixels on borders only occur in uneven grids.
        var sums = new double[bits * bits];
        var columns = Split(image.Width, bits);
        var rows = Split(image.Height, bits);
        var across = new double[bits];
        var values = new int[image.Width];
        for (var y = 0; y < image.Height; y++)
        {
            if (y % 256 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (image.SampleBytes == 1)
            {
                Read8(image.Row8(y), image.Bands, values);
            }
            else
            {
                Read16(image.Row16(y), image.Bands, values);
            }

            AddRow(values, columns, across);
            var row = rows[y];
            for (var x = 0; x < bits; x++)
            {
                sums[(row.First * bits) + x] += across[x] * row.FirstShare;
                sums[(row.Second * bits) + x] += across[x] * row.SecondShare;
            }
        }

        return HashText.FromBits(ToBits(sums, (double)image.Width / bits * ((double)image.Height / bits)));
    }

    /// <summary>Adds up the pixels of a row by columns of the grid; those that lie in one column whole, as integers.</summary>
    private static void AddRow(int[] values, (int First, int Second, double FirstShare, double SecondShare)[] columns, double[] across)
    {
        Array.Clear(across);
        for (var x = 0; x < values.Length;)
        {
            var column = columns[x];
            if (column.FirstShare < 1)
            {
                across[column.First] += values[x] * column.FirstShare;
                across[column.Second] += values[x] * column.SecondShare;
                x++;
                continue;
            }

            var sum = 0L;
            for (; x < values.Length && columns[x].First == column.First && columns[x].FirstShare >= 1; x++)
            {
                sum += values[x];
            }

            across[column.First] += sum;
        }
    }

    private static void Read8(ReadOnlySpan<byte> row, int bands, int[] values)
    {
        for (int x = 0, s = 0; x < values.Length; x++, s += bands)
        {
            values[x] = bands switch
            {
                1 => 3 * row[s],
                2 => row[s + 1] == 0 ? White : 3 * row[s],
                4 when row[s + 3] == 0 => White,
                _ => row[s] + row[s + 1] + row[s + 2],
            };
        }
    }

    private static void Read16(ReadOnlySpan<ushort> row, int bands, int[] values)
    {
        for (int x = 0, s = 0; x < values.Length; x++, s += bands)
        {
            values[x] = bands switch
            {
                1 => 3 * (row[s] >> 8),
                2 => row[s + 1] == 0 ? White : 3 * (row[s] >> 8),
                4 when row[s + 3] == 0 => White,
                _ => (row[s] >> 8) + (row[s + 1] >> 8) + (row[s + 2] >> 8),
            };
        }
    }

    /// <summary>Which one or two cells each pixel of a side belongs to, and by what share.</summary>
    private static (int First, int Second, double FirstShare, double SecondShare)[] Split(int size, int cells)
    {
        var result = new (int, int, double, double)[size];
        var length = (double)size / cells;
        for (var i = 0; i < size; i++)
        {
            if (size % cells == 0)
            {
                var cell = (int)(i / length);
                result[i] = (cell, cell, 1, 0);
                continue;
            }

            var position = (i + 1) % length;
            var whole = Math.Truncate(position);
            var fraction = position - whole;
            var first = (int)Math.Floor(i / length);
            var second = whole > 0 || i + 1 == size ? first : (int)Math.Ceiling(i / length);
            result[i] = (first, Math.Min(second, cells - 1), 1 - fraction, fraction);
        }

        return result;
    }

    private static bool[] ToBits(double[] sums, double pixelsInCell)
    {
        var bits = new bool[sums.Length];
        var half = pixelsInCell * 256 * 3 / 2;
        var quarter = sums.Length / 4;
        for (var start = 0; start < sums.Length; start += quarter)
        {
            var sorted = sums[start..(start + quarter)];
            Array.Sort(sorted);
            var median = (sorted[(quarter / 2) - 1] + sorted[quarter / 2]) / 2;
            for (var i = start; i < start + quarter; i++)
            {
                // In images that are mostly black or white many cells equal the median; they then count as what most of the image is.
                bits[i] = sums[i] > median || (Math.Abs(sums[i] - median) < 1 && median > half);
            }
        }

        return bits;
    }
}
