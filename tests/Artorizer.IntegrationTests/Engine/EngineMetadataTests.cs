using System.Buffers.Binary;
using System.Text;
using Artorizer.Contracts.Jobs;
using NetVips;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>What comes with a picture is kept, or its loss is told.</summary>
public sealed class EngineMetadataTests(EngineFixture engine)
{
    private const string Head = """
        <?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        """;

    private const string Tail = """</rdf:RDF></x:xmpmeta><?xpacket end="w"?>""";

    private const string Title = """
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:source>first light</dc:source></rdf:Description>
        """;

    // Ultra HDR Image Format 1.1, "XMP attributes".
    private const string GainMap = """
        <rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"
          xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/"
          hdrgm:Version="1.0"><Container:Directory><rdf:Seq>
          <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>
          <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="1024"/></rdf:li>
        </rdf:Seq></Container:Directory></rdf:Description>
        """;

    private const string MotionPhoto = """
        <rdf:Description rdf:about="" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1"
          GCamera:MotionPhotoVersion="1" GCamera:MotionPhotoPresentationTimestampUs="500000"/>
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // libvips/libvips#3799
    [Theory]
    [InlineData(GainMap, "hdrgm", "gain map")]
    [InlineData(MotionPhoto, "GCamera", "behind the picture")]
    public async Task XMP_announces_nothing_that_is_not_there(string announcement, string prefix, string told)
    {
        var run = await ProtectAsync(WithXmp("photo.jpg", Head + announcement + Title + Tail));
        var xmp = Xmp(run);
        Assert.Contains("first light", xmp, StringComparison.Ordinal);
        Assert.StartsWith("<?xpacket begin", xmp, StringComparison.Ordinal);
        Assert.DoesNotContain(prefix, xmp, StringComparison.Ordinal);
        Assert.DoesNotContain("Container", xmp, StringComparison.Ordinal);
        AssertTold(run, told);

        run = await ProtectAsync(WithXmp("photo.jpg", Head + announcement + Tail));
        Assert.Null(Xmp(run));
        AssertTold(run, told);

        run = await ProtectAsync(WithXmp("photo.jpg", Head + Title + Tail));
        Assert.Contains("first light", Xmp(run), StringComparison.Ordinal);
        Assert.Empty(run.Completed.Warnings);
    }

    [Fact]
    public async Task Pictures_behind_the_picture_are_told_once()
    {
        byte[] index = [0xFF, 0xE2, 0, 12, .. "MPF\0"u8, .. "II*\0\b\0"u8];
        var preview = await File.ReadAllBytesAsync(engine.PathOf("small.jpg"), Token);
        var run = await ProtectAsync([.. Insert(await File.ReadAllBytesAsync(engine.PathOf("photo.jpg"), Token), 2, index), .. preview]);
        AssertTold(run, "such as a gain map, a preview");
        run = await ProtectAsync([.. Insert(WithXmp("photo.jpg", Head + GainMap + Title + Tail), 2, index), .. preview]);
        AssertTold(run, "gain map for HDR screens");
    }

    // libvips/libvips#2493
    [Fact]
    public async Task Extended_XMP_is_told()
    {
        const string note = """<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="AB"/>""";
        var picture = WithXmp("photo.jpg", Head + Title + note + Tail);
        var end = 4 + BinaryPrimitives.ReadUInt16BigEndian(picture.AsSpan(4));
        var rest = new byte[200_000];
        new Random(7).NextBytes(rest);
        for (var at = 0; at < rest.Length; at += 50_000)
        {
            var place = new byte[8];
            BinaryPrimitives.WriteInt32BigEndian(place, rest.Length);
            BinaryPrimitives.WriteInt32BigEndian(place.AsSpan(4), at);
            byte[] part = [.. "http://ns.adobe.com/xmp/extension/\0"u8, .. new byte[32], .. place, .. rest.AsSpan(at, 50_000)];
            picture = Insert(picture, end, [0xFF, 0xE1, (byte)((part.Length + 2) >> 8), (byte)(part.Length + 2), .. part]);
        }

        var run = await ProtectAsync(picture);
        AssertTold(run, "extended XMP");
        Assert.Contains("first light", Xmp(run), StringComparison.Ordinal);
        Assert.DoesNotContain("HasExtendedXMP", Xmp(run), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bundled", "photo.avif")]
    [InlineData("system", "photo.avif")]
    [InlineData("system", "photo.heic")]
    public async Task XMP_of_AVIF_and_HEIC_is_kept_or_told(string library, string name)
    {
        var tagged = engine.PathOf(Path.GetRandomFileName() + Path.GetExtension(name));
        await engine.Pillow.CallAsync("exiftool", new { path = engine.PathOf(name), target = tagged, tags = new[] { "-XMP-dc:Source=first light" } });
        await using var processor = await ProcessorProcess.StartAsync(new() { ["Processor__Libvips"] = library }, Token);
        var run = await EngineRun.ProtectAsync(processor.Client, await File.ReadAllBytesAsync(tagged, Token), EngineRun.Options(), Token);
        var kept = run.Artifacts["protected"].AsSpan().IndexOf("first light"u8) >= 0;
        var told = run.Completed.Warnings.Any(warning => warning.Message.Contains("XMP", StringComparison.Ordinal));
        Assert.True(kept != told, $"{kept} {run.Completed.Warnings}");
        Assert.True(kept || library == "system");
    }

    [Theory]
    [InlineData("bundled")]
    [InlineData("system")]
    public async Task The_thumbnail_has_the_colours_of_the_picture(string library)
    {
        await using var processor = await ProcessorProcess.StartAsync(new() { ["Processor__Libvips"] = library }, Token);
        foreach (var name in (string[])["colours.png", "colours.jpg", "colours16.png", "colours-srgb.png", "greys.png"])
        {
            var run = await EngineRun.ProtectAsync(
                processor.Client, await File.ReadAllBytesAsync(engine.PathOf(name), Token), EngineRun.Options("none"), Token);
            var compared = await engine.Pillow.CallAsync("blocks", new
            {
                first = run.Save(engine, "protected", Path.GetExtension(name)),
                second = run.Save(engine, "thumbnail", ".webp"),
            });
            Assert.True((int)compared["deviation"]! <= 2, $"{name}: {compared.ToJsonString()}");
        }
    }

    [Theory]
    [InlineData("photo.jpg", null)]
    [InlineData("photo.png", "IPTC data")]
    [InlineData("lossy.webp", null)]
    [InlineData("moving.webp", null)]
    [InlineData("photo.avif", null)]
    [InlineData("palette.gif", "XMP")]
    [InlineData("moving.gif", "XMP")]
    [InlineData("photo.tif", "IPTC data, tags Artist and Copyright, GPS position")]
    [InlineData("mixed.tif", "IPTC data, tags Artist and Copyright, GPS position")]
    public async Task What_cannot_be_carried_over_is_named(string name, string? lost)
    {
        var tagged = engine.PathOf(Path.GetRandomFileName() + Path.GetExtension(name));
        string[] tags = ["-EXIF:Artist=Ana", "-EXIF:GPSLatitude=12", "-EXIF:GPSLatitudeRef=N", "-XMP-dc:Source=first light", "-IPTC:City=Rom"];
        await engine.Pillow.CallAsync("exiftool", new { path = engine.PathOf(name), target = tagged, tags });
        var run = await ProtectAsync(await File.ReadAllBytesAsync(tagged, Token));
        Assert.Equal(
            lost is null ? [] : [$"{lost}."],
            run.Completed.Warnings.Select(warning => warning.Message[(warning.Message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]));
    }

    private static void AssertTold(EngineRun run, string words)
    {
        var warning = Assert.Single(run.Completed.Warnings);
        Assert.Equal(JobWarning.MetadataDropped, warning.Code);
        Assert.Contains(words, warning.Message, StringComparison.Ordinal);
    }

    private static string? Xmp(EngineRun run)
    {
        using var delivered = Image.NewFromBuffer(run.Artifacts["protected"]);
        return delivered.Contains("xmp-data") ? Encoding.UTF8.GetString((byte[])delivered.Get("xmp-data")) : null;
    }

    private byte[] WithXmp(string name, string packet)
    {
        byte[] segment = [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.UTF8.GetBytes(packet)];
        return Insert(
            File.ReadAllBytes(engine.PathOf(name)), 2, [0xFF, 0xE1, (byte)((segment.Length + 2) >> 8), (byte)(segment.Length + 2), .. segment]);
    }

    private static byte[] Insert(byte[] picture, int at, byte[] part) => [.. picture[..at], .. part, .. picture[at..]];

    private Task<EngineRun> ProtectAsync(byte[] picture) => EngineRun.ProtectAsync(engine.Client, picture, EngineRun.Options(), Token);
}
