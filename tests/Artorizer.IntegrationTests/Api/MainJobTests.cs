using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Api;

/// <summary>An image in, a protected image out: every format on every way.</summary>
[Trait("Topology", "any")]
public sealed class MainJobTests(ApiFixture api) : ApiTest(api)
{
    private static readonly string[] Variants = ["original", "protected", "mask", "analysis", "summary", "thumbnail"];

    // Name, format as Pillow calls it, upright size. Pillow does not read the last one; ImageMagick makes PNG of it.
    private static readonly (string Name, string Format, int Width, int Height)[] Samples =
    [
        ("orientation6.jpg", "JPEG", 197, 301),
        ("alpha.png", "PNG", 640, 480),
        ("lossy.webp", "WEBP", 640, 480),
        ("photo.tif", "TIFF", 640, 480),
        ("palette.gif", "GIF", 640, 480),
        ("photo.avif", "AVIF", 640, 480),
    ];

    public static TheoryData<string, string, string, int, int> Cases { get; } = new(
        from sample in Samples
        from via in new[] { "queue", "storage", "grpc", "direct" }
        select (sample.Name, via, sample.Format, sample.Width, sample.Height));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Protects(string name, string via, string format, int width, int height)
    {
        var picture = Api.Picture(name);
        using var answer = await Client.ProtectAsync(
            picture, name, ("via", via), ("tags", "sea, dusk"), ("artwork_description", "Two lines\nof text"));
        var jobId = (string)(await answer.JsonAsync(via == "queue" ? HttpStatusCode.Accepted : HttpStatusCode.OK))["job_id"]!;
        Assert.Equal($"/jobs/{jobId}", answer.Headers.Location?.ToString());

        AssertCompleted(await Client.EndOfAsync(jobId), via);
        var result = await Client.GetJsonAsync($"jobs/{jobId}/result");
        AssertDescribes(result, jobId);
        var files = await DownloadAsync(jobId, result);

        Assert.Equal(picture, files["original"]);
        var original = await SaveAsync(jobId, "original", name, files);
        var after = await SaveAsync(jobId, "protected", name, files);
        var picturePeer = await Api.Pillow.CallAsync("describe", new { path = after });
        Assert.Equal((width, height, 1), ((int)picturePeer["width"]!, (int)picturePeer["height"]!, (int)picturePeer["orientation"]!));
        Assert.Equal(format, format == "AVIF" ? Brand(files["protected"]) : (string?)picturePeer["format"]);
        var likeness = await Api.Pillow.CallAsync("compare", new { first = original, second = after });
        Assert.True((bool)likeness["same_size"]!);
        Assert.InRange((double)likeness["psnr"]!, 30, 98);
        AssertMask(files["mask"], width, height);
        var thumbnail = await Api.Pillow.CallAsync("describe", new { path = await SaveAsync(jobId, "thumbnail", "small.webp", files) });
        Assert.Equal(("WEBP", width > height), ((string?)thumbnail["format"], (int)thumbnail["width"]! > (int)thumbnail["height"]!));
        Assert.Equal("First light", (string?)JsonNode.Parse(files["analysis"])!["artwork"]!["title"]);
        Assert.NotNull(JsonNode.Parse(files["summary"])!["protection"]);
    }

    private static void AssertCompleted(JsonNode job, string via)
    {
        Assert.Equal(("completed", via, 1), ((string?)job["status"], (string?)job["via"], (int)job["attempts"]!));
        Assert.Equal(100, (int)job["progress"]!["percentage"]!);
        var steps = job["steps"]!.AsArray();
        Assert.NotEmpty(steps);
        Assert.All(steps, step => Assert.Equal("completed", (string?)step!["status"]));
        Assert.All(steps, step => Assert.True((double)step!["duration_ms"]! >= 0));
        var (submitted, started, ended) =
            ((DateTimeOffset)job["submitted_at"]!, (DateTimeOffset)job["started_at"]!, (DateTimeOffset)job["completed_at"]!);
        Assert.True(submitted <= started && started <= ended);
    }

    private static void AssertDescribes(JsonNode result, string jobId)
    {
        Assert.Equal((jobId, jobId, "completed"), ((string?)result["job_id"], (string?)result["artwork_id"], (string?)result["status"]));
        Assert.Equal(
            ("First light", "Ada", "Two lines\nof text"), ((string?)result["title"], (string?)result["artist"], (string?)result["description"]));
        Assert.Equal(["sea", "dusk"], result["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.True((double)result["processing_time_ms"]! > 0);
        Assert.All(
            new[] { "perceptual_hash", "average_hash", "difference_hash" },
            hash => Assert.StartsWith("0x", (string)result["hashes"]![hash]!, StringComparison.Ordinal));
        Assert.NotNull(result["analysis"]!["metadata"]);
        Assert.NotNull(result["summary"]!["protection"]);
        Assert.Equal((string?)result["urls"]!["analysis"], (string?)result["urls"]!["metadata"]);
    }

    private async Task<Dictionary<string, byte[]>> DownloadAsync(string jobId, JsonNode result)
    {
        var files = new Dictionary<string, byte[]>();
        foreach (var variant in Variants)
        {
            using var answer = await Client.GetAsync(new Uri($"jobs/{jobId}/download/{variant}", UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var bytes = files[variant] = await answer.Content.ReadAsByteArrayAsync(Token);
            var stated = result["formats"]![variant]!;
            Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
            Assert.Equal(
                ((string?)stated["content_type"], (long)stated["length"]!), (answer.Content.Headers.ContentType?.MediaType, bytes.LongLength));
            Assert.Equal((string?)stated["sha256"], Convert.ToHexStringLower(SHA256.HashData(bytes)));

            // The presigned address needs nothing but itself.
            Assert.Equal(bytes, await Client.GetByteArrayAsync(new Uri(Host.Address, (string)result["urls"]![variant]!), Token));
        }

        return files;
    }

    private async Task<string> SaveAsync(string jobId, string variant, string name, Dictionary<string, byte[]> files)
    {
        var path = Path.Combine(Host.Data, $"{jobId}-{variant}{Path.GetExtension(name)}");
        await File.WriteAllBytesAsync(path, files[variant], Token);
        if (Path.GetExtension(name) is not ".avif")
        {
            return path;
        }

        using var convert = System.Diagnostics.Process.Start("convert", [path, path + ".png"]);
        await convert.WaitForExitAsync(Token);
        Assert.Equal(0, convert.ExitCode);
        return path + ".png";
    }

    private static string Brand(byte[] file) => Encoding.ASCII.GetString(file, 8, 4) is var brand && brand == "avif" ? "AVIF" : brand;

    private static void AssertMask(byte[] mask, int width, int height)
    {
        Assert.Equal("SAC1"u8, mask.AsSpan(0, 4));
        Assert.Equal([1, 1, 1, 0], mask[4..8]);
        Assert.All(new[] { 8, 12 }, at => Assert.Equal(width * height, BinaryPrimitives.ReadInt32LittleEndian(mask.AsSpan(at))));
        Assert.Equal(
            (width, height), (BinaryPrimitives.ReadInt32LittleEndian(mask.AsSpan(16)), BinaryPrimitives.ReadInt32LittleEndian(mask.AsSpan(20))));
        Assert.Equal(24 + (2 * width * height), mask.Length);
        Assert.NotEqual(0, mask.AsSpan(24).IndexOfAnyExcept((byte)0) + 1);
    }
}
