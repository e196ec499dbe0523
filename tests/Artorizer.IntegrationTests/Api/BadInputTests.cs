using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Files that are no images, or not what they say: refused at once, and nothing of them kept.</summary>
public sealed class BadInputTests(ApiFixture api) : ApiTest(api)
{
    public static TheoryData<string> Formats { get; } =
    [
        "photo.jpg", "progressive.jpg", "photo.png", "interlaced.png", "lossy.webp",
        "lossless.webp", "photo.tif", "palette.gif", "photo.avif", "photo.heic",
    ];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Refuses_truncated_files(string name)
    {
        var whole = Api.Plain(name);
        foreach (var length in new[] { 1, 10, whole.Length / 50, whole.Length / 2, whole.Length * 9 / 10, whole.Length - 20 })
        {
            await RefusedAsync(whole[..length], name);
        }
    }

    [Theory]
    [InlineData("photo.png", "photo.jpg")]
    [InlineData("photo.jpg", "photo.png")]
    [InlineData("palette.gif", "photo.webp")]
    [InlineData("lossy.webp", "photo.tif")]
    public async Task Takes_renamed_files_for_what_they_are_and_says_so(string name, string sentAs) =>
        await AssertLabelIsWrongAsync(await Client.SubmitAsync(Api.Picture(name), sentAs), Path.GetExtension(name));

    [Fact]
    public async Task Takes_a_picture_of_a_wrong_content_type_for_what_it_is_and_says_so()
    {
        using var body = new ByteArrayContent(Api.Picture("photo.png"));
        body.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var answer = await Client.PostAsync(new Uri("protect?artist_name=a&artwork_title=b", UriKind.Relative), body, Token);
        await AssertLabelIsWrongAsync((string)(await answer.JsonAsync(HttpStatusCode.Accepted))["job_id"]!, ".png");
    }

    private async Task AssertLabelIsWrongAsync(string jobId, string extension)
    {
        var done = await Client.EndOfAsync(jobId);
        Assert.Equal("completed", (string?)done["status"]);
        Assert.Equal("wrong_label", (string?)done["warnings"]![0]!["code"]);
        using var file = await Client.GetAsync(new Uri($"jobs/{jobId}/download/protected", UriKind.Relative), Token);
        Assert.EndsWith(extension, file.Content.Headers.ContentDisposition!.FileNameStar, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_what_is_no_image()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = await archive.CreateEntry("a.png").OpenAsync(Token);
            await entry.WriteAsync(Api.Plain("tiny.png"), Token);
        }

        await RefusedAsync([], "empty.png");
        await RefusedAsync("Just text, no picture."u8.ToArray(), "text.png");
        await RefusedAsync(zip.ToArray(), "archive.png");
        await RefusedAsync("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray(), "drawing.svg");
        await RefusedAsync("%PDF-1.4\n"u8.ToArray(), "page.pdf");
        await RefusedAsync([0x4D, 0x5A, .. new byte[4096]], "setup.exe");
        await RefusedAsync(new byte[100_000], "zeros.jpg");
    }

    [Theory]
    [InlineData(65_535, 65_535)]
    [InlineData(20_000, 20_000)]
    [InlineData(40_000, 1)]
    public async Task Refuses_headers_that_promise_too_much(int width, int height)
    {
        await RefusedAsync(PngOf(width, height), "bomb.png", "Image too large");

        // The same in the frame header of a JPEG that is whole otherwise.
        var jpeg = Api.Plain("photo.jpg");
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0, 0x00, 0x11]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), (ushort)width);
        await RefusedAsync(jpeg, "bomb.jpg", "Image too large");

        var gif = Api.Plain("palette.gif");
        BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(6), (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(8), (ushort)height);
        await RefusedAsync(gif, "bomb.gif", "Image too large");
    }

    [Fact]
    public async Task Refuses_ten_thousand_frames_in_bounded_time_and_memory()
    {
        var gif = new List<byte>([.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
        for (var frame = 0; frame < 10_000; frame++)
        {
            gif.AddRange([0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]);
        }

        gif.Add(0x3B);
        var clock = Stopwatch.StartNew();
        var before = Host.ResidentBytes();

        await RefusedAsync([.. gif], "frames.gif", "Too many frames");

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
        Assert.True(Host.ResidentBytes() - before < 64 << 20);
    }

    [Fact]
    public async Task Refuses_a_picture_of_more_than_100_megapixels_that_is_whole()
    {
        // 10,001 × 10,001 of one bit: 12 MB that deflate makes 12 KB of.
        var rows = new byte[10_001 * (1 + 1_251)];
        using var packed = new MemoryStream();
        await using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await zlib.WriteAsync(rows, Token);
        }

        await RefusedAsync(PngOf(10_001, 10_001, depth: 1, packed.ToArray()), "large.png", "Image too large");
    }

    private async Task RefusedAsync(byte[] file, string name, string error = "Invalid image file format")
    {
        var before = await QuietStateAsync();
        using var answer = await Client.ProtectAsync(file, name);

        var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal((error, "image", "invalid_image"), ((string?)problem["error"], (string?)problem["field"], (string?)problem["code"]));
        var after = await StoredState.ReadAsync(Host.Data);
        Assert.Equal((before.Jobs, before.Objects.Count, before.Files.Count), (after.Jobs, after.Objects.Count, after.Files.Count));
    }

    private static byte[] PngOf(int width, int height, byte depth = 8, byte[]? data = null)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = depth;
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, 0x0A,
            .. Pictures.Chunk("IHDR", header),
            .. Pictures.Chunk("IDAT", data ?? [0x78, 0x9C, 3, 0, 0, 0, 0, 1]),
            .. Pictures.Chunk("IEND", []),
        ];
    }
}
