using Artorizer.Imaging;

namespace Artorizer.UnitTests.Images;

/// <summary>Rules of single formats that a cut or a renamed file does not touch.</summary>
public sealed class ImageStructureTests
{
    [Fact]
    public void Checks_every_byte_of_a_png()
    {
        var data = ImageFixture.Read("animated.png");
        for (var i = 8; i < data.Length; i++)
        {
            var damaged = data.ToArray();
            damaged[i] ^= 0x20;
            Assert.True(Inspect.Whole(damaged).Failure is not null, $"byte {i}");
        }
    }

    [Fact]
    public void Computes_the_check_of_chunks_of_every_length()
    {
        var png = ImageFixture.Read("rgb.png");
        for (var length = 0; length < 300; length++)
        {
            var content = Enumerable.Range(0, length).Select(i => (byte)((i * 37) + length)).ToArray();
            byte[] data = [.. png.AsSpan(0, 33), .. new Bytes().Chunk("teST", content).ToArray(), .. png.AsSpan(33)];

            Assert.Null(Inspect.Whole(data).Failure);
            Assert.Null(Inspect.InChunks(data, 67).Failure);
            Assert.Null(Inspect.InChunks(data, 1).Failure);
        }
    }

    [Fact]
    public void Refuses_a_png_with_less_data_than_its_size_needs()
    {
        var header = new Bytes().Big32(5000).Big32(5000).Raw(8, 6, 0, 0, 0).ToArray();
        var png = new Bytes().Raw(0x89).Text("PNG\r\n\u001A\n").Chunk("IHDR", header).Chunk("IDAT", new byte[96_000]).Chunk("IEND", []).ToArray();

        Assert.Equal(ImageFailureReason.Malformed, Inspect.Whole(png).Failure?.Reason);
    }

    [Fact]
    public void Takes_a_jpeg_that_tells_its_height_after_the_first_scan()
    {
        var data = ImageFixture.Read("gray.jpg");
        var frame = data.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        data[frame + 5] = 0;
        data[frame + 6] = 0;
        Assert.Equal(ImageFailureReason.Malformed, Inspect.Whole(data).Failure?.Reason);

        byte[] told = [.. data.AsSpan(0, data.Length - 2), 0xFF, 0xDC, 0, 4, 0, 18, 0xFF, 0xD9];
        var result = Inspect.Whole(told);
        Assert.Null(result.Failure);
        Assert.Equal((25, 18), (result.Width, result.Height));
    }

    [Fact]
    public void Refuses_a_jpeg_with_hundreds_of_scans()
    {
        var data = ImageFixture.Read("gray.jpg");
        var scan = data.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        var bytes = new Bytes().Raw(data[..scan]);
        for (var i = 0; i < 501; i++)
        {
            bytes.Raw(data[scan..^2]);
        }

        Assert.Equal(ImageFailureReason.Unsupported, Inspect.Whole(bytes.Raw(0xFF, 0xD9).ToArray()).Failure?.Reason);
    }

    [Fact]
    public void Refuses_a_jpeg_with_nothing_in_its_scan()
    {
        var data = ImageFixture.Read("gray.jpg");
        var scan = data.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);

        Assert.NotNull(Inspect.Whole([.. data.AsSpan(0, scan + 10), 0xFF, 0xD9]).Failure);
    }

    [Fact]
    public void Takes_the_size_of_a_gif_from_a_larger_first_frame()
    {
        var gif = ImageLimitTests.Gif(1);
        gif[13 + 5] = 40;
        var result = Inspect.Whole(gif);

        Assert.Equal((40, 1), (result.Width, result.Height));
    }

    [Fact]
    public void Reads_a_tiff_page_whose_arrays_come_before_its_directory()
    {
        // Offsets and lengths of two strips at 8, the directory at 24, the strips after it.
        var tiff = new Bytes().Text("II*\0").Little32(24).Little32(78).Little32(80).Little32(2).Little32(2)
            .Little16(4)
            .Little16(256).Little16(4).Little32(1).Little32(2)
            .Little16(257).Little16(4).Little32(1).Little32(2)
            .Little16(273).Little16(4).Little32(2).Little32(8)
            .Little16(279).Little16(4).Little32(2).Little32(16)
            .Little32(0).Raw(1, 2, 3, 4).ToArray();

        Assert.Null(Inspect.Whole(tiff).Failure);
    }

    [Fact]
    public void Reads_lengths_of_strips_that_a_tiff_keeps_behind_its_directory()
    {
        // The directory at 8, offsets and lengths of two strips at 62 and 70, the strips at 78 and 80.
        var tiff = new Bytes().Text("II*\0").Little32(8)
            .Little16(4)
            .Little16(256).Little16(4).Little32(1).Little32(2)
            .Little16(257).Little16(4).Little32(1).Little32(2)
            .Little16(273).Little16(4).Little32(2).Little32(62)
            .Little16(279).Little16(4).Little32(2).Little32(70)
            .Little32(0).Little32(78).Little32(80).Little32(2).Little32(2).Raw(1, 2, 3, 4).ToArray();

        Assert.Null(Inspect.Whole(tiff).Failure);
        Assert.Equal(ImageFailureReason.Truncated, Inspect.Whole(tiff.AsSpan(0, tiff.Length - 1)).Failure?.Reason);
    }

    [Fact]
    public void Refuses_half_a_box_header_after_the_last_box()
    {
        byte[] data = [.. ImageFixture.Read("still.avif"), 0, 0, 0];

        Assert.Equal(ImageFailureReason.Truncated, Inspect.Whole(data).Failure?.Reason);
    }

    [Fact]
    public void Refuses_an_avif_whose_data_is_named_beyond_the_end_of_an_open_box()
    {
        // An mdat of size 0 runs to the end, so only the item locations know how long the file must be.
        var data = ImageFixture.Read("still.avif");
        var media = data.AsSpan().IndexOf("mdat"u8) - 4;
        data.AsSpan(media, 4).Clear();

        Assert.Null(Inspect.Whole(data).Failure);
        Assert.Equal(ImageFailureReason.Truncated, Inspect.Whole(data.AsSpan(0, data.Length - 1)).Failure?.Reason);
    }

    [Fact]
    public void Spends_no_time_on_item_locations_without_bytes()
    {
        // 65,535 extents of no bytes each, in every one of 65,535 items.
        var locations = new Bytes().Big32(0).Big16(0).Big16(65_535);
        for (var i = 0; i < 65_535; i++)
        {
            locations.Big16(i).Big16(0).Big16(65_535);
        }

        var meta = new Bytes().Big32(0).Box("iloc", locations.ToArray()).ToArray();
        var avif = new Bytes().Box("ftyp", [.. "avif\0\0\0\0avif"u8]).Box("meta", meta).ToArray();

        Assert.NotNull(Inspect.Whole(avif).Failure);
    }
}
