using Artorizer.Imaging;

namespace Artorizer.UnitTests.Images;

public sealed class ImageInspectorTests
{
    public static TheoryData<string> Names => ImageFixture.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Accepts_a_whole_image_in_chunks_of_any_size(string name)
    {
        var fixture = ImageFixture.Get(name);
        var data = fixture.Read();
        foreach (var size in new[] { 1, 7, 4096, data.Length })
        {
            var result = Inspect.InChunks(data, size);

            Assert.Null(result.Failure);
            Assert.Same(fixture.Format, result.Format);
            Assert.Equal((fixture.Width, fixture.Height), (result.Width, result.Height));
            Assert.Equal(fixture.Frames, result.Frames);
            Assert.Equal(fixture.HasAlpha, result.HasAlpha);
            Assert.Equal(fixture.BitsPerSample, result.BitsPerSample);
            Assert.Equal((data.Length, 0), (result.Length, result.TrailingBytes));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Refuses_an_image_cut_off_anywhere(string name)
    {
        var fixture = ImageFixture.Get(name);
        var data = fixture.Read();
        for (var length = 0; length < data.Length - fixture.Padding; length++)
        {
            var failure = Inspect.Whole(data.AsSpan(0, length)).Failure;

            Assert.True(failure is not null, $"accepted at {length} of {data.Length} bytes");
            Assert.Equal("Invalid image file format", failure.Message);
            Assert.NotEmpty(failure.Detail);
            if (length >= 64)
            {
                Assert.Equal(ImageFailureReason.Truncated, failure.Reason);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Says_how_much_follows_the_image(string name)
    {
        byte[] data = [.. ImageFixture.Read(name), .. "PK trailer"u8];
        var result = Inspect.Whole(data);

        if (result.Format == ImageFormats.Avif || result.Format == ImageFormats.Heif)
        {
            // Boxes run to the end of the file, so there is no place for anything else.
            Assert.NotNull(result.Failure);
            return;
        }

        Assert.Null(result.Failure);
        Assert.Equal(result.Format == ImageFormats.Tiff ? 0 : 10, result.TrailingBytes);
    }

    [Fact]
    public void Tells_size_and_format_before_the_end()
    {
        var inspector = new ImageInspector();
        inspector.Append(ImageFixture.Read("rgb.png").AsSpan(0, 8 + 25));

        Assert.Same(ImageFormats.Png, inspector.Format);
        Assert.Equal((25, 18, 1), (inspector.Width, inspector.Height, inspector.Frames));
        Assert.Null(inspector.Failure);
    }

    [Fact]
    public void Completes_once()
    {
        var inspector = new ImageInspector();
        var result = inspector.Complete();

        Assert.Same(result, inspector.Complete());
        Assert.Throws<InvalidOperationException>(() => inspector.Append([1]));
    }

    public static TheoryData<string, string> OtherFiles => new()
    {
        { "empty", "" },
        { "one byte", "\u00FF" },
        { "text", "Dear artist,\nthis is no picture.\n" },
        { "html", "<!DOCTYPE html><html><body></body></html>" },
        { "svg", "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>" },
        { "pdf", "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF" },
        { "zip", "PK\u0003\u0004\u0014\0\0\0\u0008\0 and more of it" },
        { "exe", "MZ\u0090\0\u0003\0\0\0\u0004\0\0\0\u00FF\u00FF\0\0\u00B8\0" },
        { "elf", "\u007FELF\u0002\u0001\u0001\0\0\0\0\0\0\0\0\0" },
        { "wave", "RIFF\u0024\0\0\0WAVEfmt \u0010\0\0\0" },
        { "mp4", "\0\0\0\u0014ftypmp42\0\0\0\0mp42" },
        { "huge ftyp", "\u007F\u00FF\u00FF\u00F0ftypavif\0\0\0\0" },
        { "bmp", "BM\u009A\0\0\0\0\0\0\0\u0036\0\0\0" },
        { "psd", "8BPS\0\u0001\0\0\0\0\0\0\0\u0003" },
    };

    [Theory]
    [MemberData(nameof(OtherFiles))]
    public void Refuses_what_is_no_image(string kind, string content)
    {
        var data = content.Select(c => (byte)c).ToArray();
        foreach (var size in new[] { 1, 5, 100 })
        {
            var result = Inspect.InChunks(data, size);

            Assert.True(result.Failure?.Reason == ImageFailureReason.NotAnImage, kind);
            Assert.Equal("Invalid image file format", result.Failure.Message);
            Assert.Null(result.Format);
            Assert.Null(result.MediaType);
        }
    }
}
