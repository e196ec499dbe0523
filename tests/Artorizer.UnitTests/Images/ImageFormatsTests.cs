using Artorizer.Imaging;

namespace Artorizer.UnitTests.Images;

public sealed class ImageFormatsTests
{
    [Theory]
    [InlineData("image/jpeg", "JPEG")]
    [InlineData("image/jpg", "JPEG")]
    [InlineData("image/pjpeg", "JPEG")]
    [InlineData("IMAGE/PNG", "PNG")]
    [InlineData("image/x-png", "PNG")]
    [InlineData("image/webp ; q=1", "WebP")]
    [InlineData("image/tiff-fx", "TIFF")]
    [InlineData("image/gif", "GIF")]
    [InlineData("image/avif", "AVIF")]
    [InlineData("image/heif", "HEIF")]
    [InlineData("image/heic", "HEIF")]
    [InlineData("image/svg+xml", null)]
    [InlineData("application/octet-stream", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Finds_a_format_by_media_type(string? mediaType, string? name) => Assert.Equal(name, ImageFormats.FromMediaType(mediaType)?.Name);

    [Theory]
    [InlineData("a.jpg", "JPEG")]
    [InlineData("a.b.JPEG", "JPEG")]
    [InlineData(".jfif", "JPEG")]
    [InlineData("夜.jpe", "JPEG")]
    [InlineData("a.png", "PNG")]
    [InlineData("a.webp", "WebP")]
    [InlineData("a.tiff", "TIFF")]
    [InlineData("a.tif", "TIFF")]
    [InlineData("a.gif", "GIF")]
    [InlineData("a.avif", "AVIF")]
    [InlineData("a.heic", "HEIF")]
    [InlineData("a.heif", "HEIF")]
    [InlineData("a.jpg.exe", null)]
    [InlineData("jpg", null)]
    [InlineData("a.", null)]
    [InlineData(null, null)]
    public void Finds_a_format_by_file_name(string? fileName, string? name) => Assert.Equal(name, ImageFormats.FromFileName(fileName)?.Name);

    [Fact]
    public void Has_no_media_type_or_extension_twice()
    {
        Assert.All(ImageFormats.All, format => Assert.Same(format, ImageFormats.FromMediaType(format.MediaType)));
        Assert.All(ImageFormats.All, format => Assert.Same(format, ImageFormats.FromFileName("x." + format.FileExtension)));
    }

    [Fact]
    public void Sniffs_every_fixture() =>
        Assert.All(ImageFixture.All, fixture =>
        {
            var data = fixture.Read();
            Assert.Same(fixture.Format, ImageFormats.Sniff(data.AsSpan(0, Math.Min(data.Length, ImageFormats.SniffLength))));
        });

    [Theory]
    [InlineData("ffd8ffe0", "jpeg")]
    [InlineData("89504e470d0a1a0a", "png")]
    [InlineData("474946383961", "gif")]
    [InlineData("524946460000000057454250", "webp")]
    [InlineData("49492a00", "tiff")]
    [InlineData("4d4d002a", "tiff")]
    [InlineData("0000001466747970617669660000000061766966", "avif")]
    [InlineData("00000018667479706d69663100000000617669666d696631", "avif")]
    [InlineData("0000001466747970686569630000000068656963", "heif")]
    [InlineData("", null)]
    [InlineData("ffd8", null)]
    [InlineData("3c737667", null)]
    [InlineData("255044462d312e34", null)]
    [InlineData("00000014667479706d7034320000000069736f6d", null)]
    public void Sniffs_the_first_bytes_of_a_file(string head, string? id) =>
        Assert.Equal(id, ImageFormats.Sniff(Convert.FromHexString(head))?.Id);

    [Theory]
    [InlineData("mif1", "avif", "AVIF")]
    [InlineData("mif1", "heic", "HEIF")]
    [InlineData("msf1", "avis", "AVIF")]
    [InlineData("heis", "mif1", "HEIF")]
    [InlineData("hevc", "mif1", "HEIF")]
    [InlineData("heiz", "mif1", null)]
    [InlineData("isom", "avif", null)]
    [InlineData("crx ", "isom", null)]
    public void Tells_avif_from_heif_by_the_brands(string major, string compatible, string? name)
    {
        var head = new Bytes().Big32(20).Text("ftyp").Text(major).Big32(0).Text(compatible).ToArray();

        Assert.Equal(name, ImageFormats.Sniff(head)?.Name);
        Assert.Null(ImageFormats.Sniff(head.AsSpan(0, 11)));
    }
}
