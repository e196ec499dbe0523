using Artorizer.Imaging;

namespace Artorizer.UnitTests.Images;

/// <summary>One of the files in <c>fixtures</c>, with what Pillow, avifdec or libvips say about it.</summary>
public sealed record ImageFixture(string Name, int Width, int Height, int Frames = 1, bool HasAlpha = false, int? BitsPerSample = 8, int Padding = 0)
{
    public static readonly ImageFixture[] All =
    [
        new("baseline.jpg", 25, 18),
        new("progressive.jpg", 25, 18),
        new("arithmetic.jpg", 25, 18),
        new("gray.jpg", 25, 18),
        new("cmyk.jpg", 25, 18),
        new("thumbnail.jpg", 25, 18),
        new("restart.jpg", 128, 64),
        new("bilevel.png", 25, 18, BitsPerSample: 1),
        new("rgb.png", 25, 18),
        new("palette.png", 25, 18, HasAlpha: true),
        new("rgba16.png", 25, 18, HasAlpha: true, BitsPerSample: 16),
        new("interlaced.png", 25, 18),
        new("animated.png", 20, 12, Frames: 4),
        new("still.gif", 25, 18),
        new("transparent.gif", 25, 18, HasAlpha: true),
        new("animated.gif", 20, 12, Frames: 4),
        new("lossy.webp", 25, 18),
        new("lossless.webp", 25, 18),
        new("alpha.webp", 25, 18, HasAlpha: true),
        new("exif.webp", 25, 18),
        new("animated.webp", 20, 12, Frames: 4),
        new("plain.tif", 25, 18, BitsPerSample: null),
        new("lzw.tif", 25, 18, HasAlpha: true, BitsPerSample: null),
        // Pillow pads each page to 16 bytes; nothing points to the padding, so nobody can miss it.
        new("pages.tif", 20, 12, Frames: 4, BitsPerSample: null, Padding: 4),
        new("bigendian.tif", 25, 18, BitsPerSample: null),
        new("strips.tif", 25, 18, BitsPerSample: null),
        new("big.tif", 25, 18),
        new("tiled.tif", 128, 64, BitsPerSample: null),
        new("pyramid.tif", 128, 64, Frames: 3, BitsPerSample: null),
        new("still.avif", 25, 18),
        new("alpha.avif", 25, 18, HasAlpha: true),
        new("rotated.avif", 18, 25),
        new("grid.avif", 128, 64),
        new("sequence.avif", 20, 12, Frames: 4, HasAlpha: true),
        new("still.heic", 25, 18),
        new("alpha.heic", 25, 18, HasAlpha: true),
    ];

    public ImageFormat Format => ImageFormats.FromFileName(Name)!;

    public static TheoryData<string> Names => [.. All.Select(fixture => fixture.Name)];

    public static ImageFixture Get(string name) => All.Single(fixture => fixture.Name == name);

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Images", "fixtures", name));

    public byte[] Read() => Read(Name);
}
