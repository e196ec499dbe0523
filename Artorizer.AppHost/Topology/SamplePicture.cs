using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Artorizer.AppHost.Topology;

/// <summary>A picture to try the system with, drawn anew each time: the same one twice would be answered as a duplicate.</summary>
internal static class SamplePicture
{
    private const int Width = 480;
    private const int Height = 320;
    private const int Bands = 3;

    /// <summary>Draws waves in colours that <paramref name="phase"/> chooses.</summary>
    /// <param name="phase">From 0 to 1.</param>
    /// <returns>A PNG file (W3C PNG, third edition): 8 bits a sample, RGB.</returns>
    public static byte[] Draw(double phase)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9]) = (8, 2);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compress(phase));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Compress(double phase)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest))
        {
            // Each line begins with its filter: 0, none.
            var line = new byte[1 + (Width * Bands)];
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width * Bands; x++)
                {
                    var wave = Math.Sin((x / Bands * 0.02) + (phase * Math.Tau) + (x % Bands)) + Math.Cos((y * 0.03) - (phase * Math.Tau));
                    line[x + 1] = (byte)(128 + (60 * wave));
                }

                zlib.Write(line);
            }
        }

        return data.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var number = new byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        var start = (int)file.Length;
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(file.GetBuffer().AsSpan(start, (int)file.Length - start)));
        file.Write(number);
    }
}
