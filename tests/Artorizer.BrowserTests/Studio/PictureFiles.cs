namespace Artorizer.BrowserTests.Studio;

/// <summary>Files that a browser cannot make.</summary>
internal static class PictureFiles
{
    private static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>A PNG with sound chunks around data that are no compressed picture: only decoding shows it.</summary>
    public static Picture UndecodablePng(string title)
    {
        var nonsense = new byte[200];
        Random.Shared.NextBytes(nonsense);
        nonsense[0] = 0;
        byte[] header = [0, 0, 0, 64, 0, 0, 0, 64, 8, 2, 0, 0, 0];
        byte[] file = [.. PngSignature, .. Pictures.Chunk("IHDR", header), .. Pictures.Chunk("IDAT", nonsense), .. Pictures.Chunk("IEND", [])];
        return new Picture(title, $"{title.Replace(' ', '_')}.png", "image/png", file, 64, 64);
    }

    /// <summary>An uncompressed TIFF 6.0, little endian, one strip of RGB, with a gradient and grain.</summary>
    public static Picture Tiff(string title, int width = 480, int height = 320)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / 3 % width, i / 3 / width);
            pixels[i] = (byte)(60 + (x * 100 / width) + (y * 60 / height) + (i % 3 * 10) + Random.Shared.Next(8));
        }

        (ushort Tag, ushort Type, uint Value)[] entries =
        [
            (256, 3, (uint)width), (257, 3, (uint)height), (258, 3, 8), (259, 3, 1), (262, 3, 2),
            (273, 4, 8), (277, 3, 3), (278, 3, (uint)height), (279, 4, (uint)pixels.Length),
        ];
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("II*\0"u8);
        writer.Write(8 + pixels.Length);
        writer.Write(pixels);
        writer.Write((ushort)entries.Length);
        foreach (var (tag, type, value) in entries)
        {
            writer.Write(tag);
            writer.Write(type);
            writer.Write(1);
            writer.Write(value);
        }

        writer.Write(0);
        return new Picture(title, $"{title.Replace(' ', '_')}.tif", "image/tiff", file.ToArray(), width, height);
    }
}
