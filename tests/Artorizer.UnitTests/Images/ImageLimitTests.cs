using Artorizer.Imaging;

namespace Artorizer.UnitTests.Images;

/// <summary>Headers that promise too much are recognised with the byte that says so.</summary>
public sealed class ImageLimitTests
{
    private const uint Side = 65_535;

    public static TheoryData<string, byte[]> PixelBombs => new()
    {
        {
            "jpeg",
            new Bytes().Raw(0xFF, 0xD8).Raw(0xFF, 0xC0).Big16(17).Raw(8).Big16((int)Side).Big16((int)Side)
                .Raw(3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1).ToArray()
        },
        { "png", new Bytes().Raw(0x89).Text("PNG\r\n\u001A\n").Big32(13).Text("IHDR").Big32(Side).Big32(Side).Raw(8, 6, 0, 0, 0).ToArray() },
        { "gif", new Bytes().Text("GIF89a").Little16((int)Side).Little16((int)Side).Raw(0, 0, 0).ToArray() },
        {
            "gif frame",
            new Bytes().Text("GIF89a").Little16(1).Little16(1).Raw(0, 0, 0, 0x2C)
                .Little16(0).Little16(0).Little16((int)Side).Little16((int)Side).Raw(0).ToArray()
        },
        {
            "webp",
            new Bytes().Text("RIFF").Little32(1000).Text("WEBPVP8X").Little32(10).Zeros(4).Little24((int)Side - 1).Little24((int)Side - 1).ToArray()
        },
        { "webp lossless", new Bytes().Text("RIFF").Little32(1000).Text("WEBPVP8L").Little32(900).Raw(0x2F, 0xFF, 0xFF, 0xFF, 0x0F).ToArray() },
        { "tiff", TiffHeader(Side, Side) },
        { "avif", Avif(Side, Side) },
        {
            "100 MP and a row",
            new Bytes().Raw(0x89).Text("PNG\r\n\u001A\n").Big32(13).Text("IHDR").Big32(10_000).Big32(10_001).Raw(8, 2, 0, 0, 0).ToArray()
        },
        { "a line", new Bytes().Raw(0x89).Text("PNG\r\n\u001A\n").Big32(13).Text("IHDR").Big32(32_768).Big32(1).Raw(8, 2, 0, 0, 0).ToArray() },
        { "2^32 pixels overflow", TiffHeader(0x10000, 0x10000) },
        { "2^64 pixels", TiffHeader(0xFFFFFFFF, 0xFFFFFFFF) },
    };

    [Theory]
    [MemberData(nameof(PixelBombs))]
    public void Refuses_a_pixel_bomb_with_the_end_of_its_header(string kind, byte[] header)
    {
        byte[] data = [.. header, .. new byte[100]];

        Assert.True(header.Length == Inspect.LengthUntilFailure(data, ImageFailureReason.TooManyPixels), kind);
        Assert.Equal("Image too large", Inspect.Whole(data).Failure?.Message);
        Assert.True(Inspect.Whole(data).Width > 0);
    }

    [Fact]
    public void Takes_sides_and_pixels_up_to_the_limits()
    {
        Assert.Equal(ImageFailureReason.Truncated, Inspect.Whole(TiffHeader(32_767, 3_051)).Failure?.Reason);
        Assert.Equal(ImageFailureReason.Truncated, Inspect.Whole(TiffHeader(10_000, 10_000)).Failure?.Reason);

        var limits = new ImageLimits { MaxSide = 24 };
        Assert.Equal(ImageFailureReason.TooManyPixels, Inspect.Whole(ImageFixture.Read("rgb.png"), limits).Failure?.Reason);
    }

    [Fact]
    public void Refuses_a_gif_with_its_1001st_frame()
    {
        var gif = Gif(10_000);
        var read = Inspect.LengthUntilFailure(gif, ImageFailureReason.TooManyFrames);

        Assert.Equal(13 + (1000 * 15) + 10, read);
        Assert.Equal("Too many frames", Inspect.Whole(gif).Failure?.Message);
        Assert.Null(Inspect.Whole(Gif(1000)).Failure);
    }

    [Fact]
    public void Refuses_an_animated_png_that_announces_too_many_frames()
    {
        var png = new Bytes().Raw(0x89).Text("PNG\r\n\u001A\n")
            .Chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])
            .Chunk("acTL", new Bytes().Big32(10_000).Big32(0).ToArray()).ToArray();

        Assert.Equal(png.Length - 4, Inspect.LengthUntilFailure(png, ImageFailureReason.TooManyFrames));
    }

    [Fact]
    public void Refuses_an_animated_webp_with_its_1001st_frame()
    {
        Assert.Equal(12 + 18 + 14 + (1000 * Frame.Length) + 24, Inspect.LengthUntilFailure(WebP(2000), ImageFailureReason.TooManyFrames));
    }

    [Fact]
    public void Refuses_a_tiff_with_its_1001st_page()
    {
        Assert.Equal(8 + (1001 * 66), Inspect.LengthUntilFailure(Tiff(2000, copies: 0), ImageFailureReason.TooManyFrames));
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("tiff")]
    public void Counts_the_pixels_of_all_frames(string kind)
    {
        var file = kind switch
        {
            "gif" => Gif(10),
            "png" => new Bytes().Raw(0x89).Text("PNG\r\n\u001A\n")
                .Chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])
                .Chunk("acTL", new Bytes().Big32(10).Big32(0).ToArray()).ToArray(),
            "webp" => WebP(10),
            _ => Tiff(10, copies: 5),
        };
        Assert.NotEqual(ImageFailureReason.TooManyPixels, Inspect.Whole(file, new ImageLimits { MaxPixels = 10 }).Failure?.Reason);
        Assert.Equal(ImageFailureReason.TooManyPixels, Inspect.Whole(file, new ImageLimits { MaxPixels = 9 }).Failure?.Reason);
    }

    [Fact]
    public void Follows_a_directory_that_points_to_itself_only_once()
    {
        var tiff = new Bytes().Text("II*\0").Little32(8).Raw(Directory(1, 1, next: 8)).ToArray();
        var result = Inspect.Whole(tiff);

        Assert.Null(result.Failure);
        Assert.Null(result.Frames);
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("tiff")]
    [InlineData("avif")]
    [InlineData("png")]
    public void Stays_small_whatever_a_file_promises(string kind)
    {
        var data = kind switch
        {
            "gif" => Gif(1000),
            "tiff" => new Bytes().Text("II*\0").Little32(0xFFFFFFF0).Zeros(1 << 20).ToArray(),
            "avif" => new Bytes().Box("ftyp", [.. "avif\0\0\0\0avif"u8]).Big32((1 << 20) + 8).Text("meta").Zeros(1 << 10).ToArray(),
            _ => [.. ImageFixture.Read("rgb.png").AsSpan(0, 33), .. new Bytes().Big32(int.MaxValue).Text("tEXt").Zeros(1 << 20).ToArray()],
        };
        Inspect.InChunks(data, 100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Inspect.InChunks(data, 100);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 1024);
    }

    internal static byte[] Gif(int frames)
    {
        var gif = new Bytes().Text("GIF89a").Little16(1).Little16(1).Raw(0, 0, 0);
        for (var i = 0; i < frames; i++)
        {
            gif.Raw(0x2C).Little16(0).Little16(0).Little16(1).Little16(1).Raw(0, 2, 2, 0x44, 0x01, 0);
        }

        return gif.Raw(0x3B).ToArray();
    }

    private static byte[] Frame => new Bytes().Riff("ANMF", [.. new byte[16], .. new Bytes().Riff("VP8L", [0x2F, 0, 0, 0, 0]).ToArray()]).ToArray();

    private static byte[] WebP(int frames)
    {
        var chunks = new Bytes().Riff("VP8X", [2, 0, 0, 0, 0, 0, 0, 0, 0, 0]).Riff("ANIM", new byte[6]);
        for (var i = 0; i < frames; i++)
        {
            chunks.Raw(Frame);
        }

        var content = chunks.ToArray();
        return new Bytes().Text("RIFF").Little32((uint)content.Length + 4).Text("WEBP").Raw(content).ToArray();
    }

    private static byte[] Tiff(int pages, int copies)
    {
        var tiff = new Bytes().Text("II*\0").Little32(8);
        for (var page = 1; page <= pages + copies; page++)
        {
            tiff.Raw(Directory(1, 1, next: page == pages + copies ? 0 : (uint)(8 + (page * 66)), isCopy: page > pages));
        }

        return tiff.ToArray();
    }

    private static byte[] TiffHeader(uint width, uint height) => new Bytes().Text("II*\0").Little32(8).Raw(Directory(width, height, 0)).ToArray();

    private static byte[] Directory(uint width, uint height, uint next, bool isCopy = false) => new Bytes().Little16(5)
        .Little16(254).Little16(4).Little32(1).Little32(isCopy ? 1u : 0)
        .Little16(256).Little16(4).Little32(1).Little32(width)
        .Little16(257).Little16(4).Little32(1).Little32(height)
        .Little16(273).Little16(4).Little32(1).Little32(8)
        .Little16(279).Little16(4).Little32(1).Little32(width == 1 ? 1u : 1_000_000)
        .Little32(next).ToArray();

    private static byte[] Avif(uint width, uint height)
    {
        var size = new Bytes().Box("ispe", new Bytes().Big32(0).Big32(width).Big32(height).ToArray()).ToArray();
        var properties = new Bytes().Box("iprp", new Bytes().Box("ipco", size).ToArray()).ToArray();
        return new Bytes().Box("ftyp", [.. "avif\0\0\0\0avif"u8]).Box("meta", [0, 0, 0, 0, .. properties]).ToArray();
    }
}
