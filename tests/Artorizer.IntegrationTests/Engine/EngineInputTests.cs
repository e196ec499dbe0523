using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Artorizer.Contracts.Jobs;
using NetVips;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>Pictures of the kinds that public bug reports of neighbouring projects were about.</summary>
public sealed class EngineInputTests(EngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // weserv/images#373, danbooru/danbooru#5489
    [Theory]
    [InlineData("grey.jpg")]
    [InlineData("grey.png")]
    public async Task A_profile_for_other_colours_is_left_out(string name)
    {
        var profile = Image.ProfileLoad("srgb");
        var picture = File.ReadAllBytes(engine.PathOf(name));
        picture = name.EndsWith(".jpg", StringComparison.Ordinal)
            ? Insert(picture, 2, Segment(0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. profile]))
            : Insert(picture, 33, Pictures.Chunk("iCCP", [.. "sRGB\0\0"u8, .. Deflated(profile)]));
        var run = await ProtectAsync(picture);
        using var delivered = Image.NewFromBuffer(run.Artifacts["protected"]);
        Assert.Equal(1, delivered.Bands);
        Assert.False(delivered.Contains("icc-profile-data"));
        Assert.Contains("thumbnail", run.Artifacts.Keys);
    }

    // lovell/sharp#4585
    [Theory]
    [InlineData(".jpg")]
    [InlineData(".webp")]
    [InlineData(".png")]
    [InlineData(".tif")]
    public async Task No_orientation_is_left_anywhere_and_sizes_are_true(string extension)
    {
        const string packet = """
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
              tiff:Orientation="6" tiff:ImageWidth="64"><exif:PixelXDimension>64</exif:PixelXDimension>
            <exif:PixelYDimension>48</exif:PixelYDimension></rdf:Description></rdf:RDF></x:xmpmeta>
            """;
        using var photo = Image.NewFromFile(engine.PathOf("photo.png"));
        using var small = photo.Crop(0, 0, 64, 48);
        using var turned = small.Mutate(target =>
        {
            target.Set(GValue.GIntType, "orientation", 6);
            target.Set(GValue.BlobType, "xmp-data", Encoding.UTF8.GetBytes(packet));
        });
        var run = await ProtectAsync(turned.WriteToBuffer(extension));
        using var delivered = Image.NewFromBuffer(run.Artifacts["protected"]);
        Assert.Equal((48, 64), (delivered.Width, delivered.Height));
        Assert.Equal(1, delivered.Contains("orientation") ? (int)delivered.Get("orientation") : 1);
        var xmp = Encoding.UTF8.GetString((byte[])delivered.Get("xmp-data"));
        Assert.Contains("tiff:Orientation=\"1\"", xmp, StringComparison.Ordinal);
        Assert.Contains("tiff:ImageWidth=\"48\"", xmp, StringComparison.Ordinal);
        Assert.Contains("<exif:PixelXDimension>48<", xmp, StringComparison.Ordinal);
        Assert.Contains("<exif:PixelYDimension>64<", xmp, StringComparison.Ordinal);
    }

    // libvips/libvips#3123
    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(12)]
    public async Task An_AVIF_keeps_its_depth(int bits)
    {
        using var photo = Image.NewFromFile(engine.PathOf("rgb16.png"));
        var run = await ProtectAsync(photo.HeifsaveBuffer(bitdepth: bits, compression: Enums.ForeignHeifCompression.Av1, effort: 0));
        using var delivered = Image.NewFromBuffer(run.Artifacts["protected"]);
        Assert.Equal(bits, (int)delivered.Get("bits-per-sample"));
    }

    // lovell/sharp#3624, libjpeg-turbo/libjpeg-turbo#284
    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("grey.jpg")]
    public async Task Half_a_scan_with_an_end_marker_is_damaged(string name)
    {
        var picture = File.ReadAllBytes(engine.PathOf(name));
        var (code, _) = await EngineRun.FailAsync(() => ProtectAsync([.. picture[..(picture.Length / 2)], 0xFF, 0xD9]));
        Assert.Equal(JobErrorCodes.InvalidImage, code);
    }

    [Fact]
    public async Task A_header_of_more_pixels_than_there_are_is_damaged()
    {
        var picture = File.ReadAllBytes(engine.PathOf("small.jpg"));
        var frame = picture.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(picture.AsSpan(frame + 5), 9_999);
        BinaryPrimitives.WriteUInt16BigEndian(picture.AsSpan(frame + 7), 9_999);
        var (code, _) = await EngineRun.FailAsync(() => ProtectAsync(picture));
        Assert.Equal(JobErrorCodes.InvalidImage, code);
    }

    [Fact]
    public async Task Padding_between_segments_is_no_damage()
    {
        var picture = File.ReadAllBytes(engine.PathOf("photo.jpg"));
        Assert.Equal([0xFF, 0xD9], picture[^2..]);
        Assert.NotNull((await ProtectAsync([.. picture[..^2], 0, 0, 0, 0, 0xFF, 0xD9])).Completed);
    }

    // libvips/libvips#1159
    [Fact]
    public async Task Floating_point_is_refused_whatever_it_stands_for()
    {
        using var photo = Image.NewFromFile(engine.PathOf("photo.png"));
        foreach (var space in (Enums.Interpretation[])[Enums.Interpretation.Scrgb, Enums.Interpretation.Xyz, Enums.Interpretation.Lab, Enums.Interpretation.Srgb])
        {
            using var converted = photo.Colourspace(space);
            using var floating = converted.Cast(Enums.BandFormat.Float);
            var (code, _) = await EngineRun.FailAsync(() => ProtectAsync(floating.TiffsaveBuffer()));
            Assert.Equal(JobErrorCodes.UnsupportedFormat, code);
        }
    }

    [Fact]
    public async Task Texts_that_inflate_without_end_take_no_memory()
    {
        await using var processor = await ProcessorProcess.StartAsync([], Token);
        await EngineRun.ProtectAsync(processor.Client, File.ReadAllBytes(engine.PathOf("tiny.png")), EngineRun.Options(), Token);
        var letters = Deflated(new byte[50 << 20]);
        var picture = File.ReadAllBytes(engine.PathOf("tiny.png"));
        foreach (var chunk in (byte[][])
        [
            Pictures.Chunk("zTXt", [.. "Comment\0\0"u8, .. letters]),
            Pictures.Chunk("iTXt", [.. "Comment\0"u8, 1, 0, 0, 0, .. letters]),
            Pictures.Chunk("iCCP", [.. "big\0\0"u8, .. letters]),
        ])
        {
            var hostile = picture;
            for (var i = 0; i < 4; i++)
            {
                hostile = Insert(hostile, 33, chunk);
            }

            var before = TestProgram.ResidentBytes(processor.ProcessId);
            var run = await EngineRun.ProtectAsync(processor.Client, hostile, EngineRun.Options(), Token);
            Assert.InRange(TestProgram.ResidentBytes(processor.ProcessId) - before, long.MinValue, 60L << 20);
            Assert.InRange(run.Artifacts["protected"].Length, 1, 1 << 20);
        }

        // What is not too large stays.
        var kept = await ProtectAsync(Insert(picture, 33, Pictures.Chunk("zTXt", [.. "Comment\0\0"u8, .. Deflated("first light"u8)])));
        using var delivered = Image.PngloadBuffer(kept.Artifacts["protected"]);
        Assert.Contains(delivered.GetFields(), field => delivered.Get(field) is "first light");
    }

    private Task<EngineRun> ProtectAsync(byte[] picture) => EngineRun.ProtectAsync(engine.Client, picture, EngineRun.Options(), Token);

    private static byte[] Insert(byte[] picture, int at, byte[] part) => [.. picture[..at], .. part, .. picture[at..]];

    private static byte[] Segment(byte marker, byte[] data) =>
        [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    private static byte[] Deflated(ReadOnlySpan<byte> data)
    {
        using var buffer = new MemoryStream();
        using (var deflate = new ZLibStream(buffer, CompressionLevel.Optimal))
        {
            deflate.Write(data);
        }

        return buffer.ToArray();
    }
}
