using System.Buffers.Binary;

namespace Artorizer.Processor.Images;

/// <summary>Estimates the quality that a JPEG was saved with.</summary>
public static class JpegQuality
{
    // ITU-T T.81 Annex K, table K.1, in zigzag order as a DQT segment holds it.
    private static ReadOnlySpan<byte> Standard =>
    [
        16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
        26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
        56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
        95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
    ];

    /// <summary>
    /// Compares the luminance table with the scaled tables of the IJG library and returns the nearest quality, 1 to 100;
    /// 0 if the file has no such table where one belongs.
    /// </summary>
    public static int Estimate(Stream jpeg)
    {
        Span<byte> head = stackalloc byte[4];
        Span<byte> body = stackalloc byte[130];
        jpeg.Position = 2;
        while (jpeg.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head[0] == 0xFF && head[1] != 0xDA)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(head[2..]) - 2;
            var next = jpeg.Position + length;
            if (head[1] == 0xDB && length >= 65)
            {
                var count = jpeg.ReadAtLeast(body[..Math.Min(length, body.Length)], 65, throwOnEndOfStream: false);
                var wide = body[0] >> 4 == 1;
                if ((body[0] & 15) == 0 && count >= (wide ? 129 : 65))
                {
                    return Nearest(body[1..], wide);
                }
            }

            jpeg.Position = next;
        }

        return 0;
    }

    private static int Nearest(ReadOnlySpan<byte> table, bool wide)
    {
        var (best, bestDistance) = (0, int.MaxValue);
        for (var quality = 1; quality <= 100; quality++)
        {
            var scale = quality < 50 ? 5000 / quality : 200 - (2 * quality);
            var distance = 0;
            for (var i = 0; i < 64; i++)
            {
                var value = wide ? BinaryPrimitives.ReadUInt16BigEndian(table[(2 * i)..]) : table[i];
                distance += Math.Abs(value - Math.Clamp(((Standard[i] * scale) + 50) / 100, 1, 255));
            }

            if (distance < bestDistance)
            {
                (best, bestDistance) = (quality, distance);
            }
        }

        return best;
    }
}
