using System.Buffers.Binary;
using System.IO.Compression;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Small files of very many pixels: what they take together is bounded, whatever their number.</summary>
[Collection(nameof(OwnHosts))]
public sealed class PictureMemoryTests(ApiFixture api) : ApiTest(api)
{
    private const long Mebibyte = 1 << 20;
    private const int Side = 5_000;

    [Fact]
    public async Task Pictures_that_do_not_fit_together_take_turns()
    {
        // One of them takes 182 MiB by its header.
        var host = await StartAsync(With(budgetMebibytes: 200));
        await host.Client.FinishAsync(Flat(100, shade: 0), "warm.png");
        var before = host.ResidentBytes();
        host.ResetPeak();

        var jobs = await Task.WhenAll(Enumerable.Range(1, 4).Select(shade => host.Client.SubmitAsync(Flat(Side, (byte)shade), "a.png")));
        foreach (var job in jobs)
        {
            Assert.Equal("completed", (string?)(await host.Client.EndOfAsync(job))["status"]);
        }

        var growth = host.PeakBytes() - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{growth / Mebibyte} MiB more at the peak");
        Assert.InRange(growth, Side * Side * 3, 260 * Mebibyte);
    }

    [Fact]
    public async Task A_picture_that_can_never_fit_is_refused_and_holds_nobody_up()
    {
        var host = await StartAsync(With(budgetMebibytes: 100));
        var large = await host.Client.EndOfAsync(await host.Client.SubmitAsync(Flat(Side, shade: 9), "large.png"));
        Assert.Equal(("failed", "too_many_pixels"), ((string?)large["status"], (string?)large["error"]!["code"]));
        Assert.Equal(
            "The picture would take 182 MiB of memory; the image engine has 100 MiB for pictures.", (string?)large["error"]!["message"]);
        await host.Client.FinishAsync(Flat(100, shade: 9), "small.png");
    }

    private static Dictionary<string, string?> With(long budgetMebibytes) => new()
    {
        ["Processor:MemoryBudget"] = $"{budgetMebibytes * Mebibyte}",
        ["Processor:Concurrency"] = "4",
        ["Worker:Concurrency"] = "4",
    };

    /// <summary>A PNG file of one colour, which is some kilobytes whatever its size.</summary>
    private static byte[] Flat(int side, byte shade)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        (header[8], header[9]) = (8, 2);
        var row = new byte[1 + (3 * side)];
        row.AsSpan(1).Fill(shade);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < side; y++)
            {
                zlib.Write(row);
            }
        }

        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, 0x0A,
            .. Pictures.Chunk("IHDR", header), .. Pictures.Chunk("IDAT", packed.ToArray()), .. Pictures.Chunk("IEND", []),
        ];
    }
}
