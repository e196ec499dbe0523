using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.IO.Hashing;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Grpc.Core;
using Grpc.Net.Client;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>Decompression bombs, broken files and exceeded limits end in a code, in bounded time.</summary>
public sealed class EngineHostileInputTests(EngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Bombs => new()
    {
        { "png", JobErrorCodes.TooManyPixels },
        { "gif", JobErrorCodes.TooManyPixels },
        { "jpeg", JobErrorCodes.TooManyPixels },
        { "strip", JobErrorCodes.TooManyPixels },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task Refuses_bombs_by_their_header(string kind, string expected)
    {
        var watch = Stopwatch.StartNew();
        var (code, exception) = await ProtectAsync(kind switch
        {
            "png" => Png(65535, 65535),
            "gif" => Gif(65535, 65535),
            "jpeg" => JpegWithSize(65000, 65000),
            _ => Png(60000, 10),
        });
        Assert.Equal((expected, StatusCode.InvalidArgument), (code, exception.StatusCode));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("photo.png")]
    [InlineData("interlaced.png")]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("photo.tif")]
    [InlineData("palette.gif")]
    [InlineData("photo.avif")]
    public async Task Refuses_truncated_files(string name)
    {
        var whole = await File.ReadAllBytesAsync(engine.PathOf(name), Token);
        foreach (var share in new[] { 0.02, 0.5, 0.9 })
        {
            var (code, _) = await ProtectAsync(whole[..(int)(whole.Length * share)]);
            Assert.Equal(JobErrorCodes.InvalidImage, code);
        }
    }

    [Fact]
    public async Task Refuses_what_is_no_image()
    {
        Assert.Equal(JobErrorCodes.InvalidImage, (await ProtectAsync([])).Code);
        Assert.Equal(JobErrorCodes.InvalidImage, (await ProtectAsync("<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray())).Code);
        Assert.Equal(JobErrorCodes.InvalidImage, (await ProtectAsync("%PDF-1.4 …"u8.ToArray())).Code);
    }

    [Fact]
    public async Task Every_mutation_ends_in_a_result_or_a_code()
    {
        // A fixed seed: a failure can be repeated.
        var random = new Random(20240);
        string[] names = ["small.jpg", "small.png", "tiny.png", "orientation6.jpg", "lossy.webp", "animated.gif", "photo.tif", "grey16.png"];
        var seeds = names.Select(name => File.ReadAllBytes(engine.PathOf(name))).ToArray();
        string[] permitted = [JobErrorCodes.InvalidImage, JobErrorCodes.UnsupportedFormat, JobErrorCodes.TooManyPixels, JobErrorCodes.TimedOut];
        var options = EngineRun.Options("none");
        options.IncludeProtection = false;
        var jobs = Enumerable.Range(0, 1000).Select(i => Mutate(random, seeds[i % seeds.Length])).ToArray();
        var (failed, done) = (0, 0);
        await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (job, token) =>
        {
            try
            {
                await EngineRun.ProtectAsync(engine.Client, job, options, token);
                Interlocked.Increment(ref done);
            }
            catch (RpcException exception)
            {
                Assert.Contains(exception.Trailers.GetValue(JobErrorCodes.Trailer), permitted);
                Interlocked.Increment(ref failed);
            }
        });
        Assert.Equal(1000, done + failed);
        Assert.True(failed > 100 && done > 100, $"{done} done, {failed} failed");
        Assert.NotNull((await EngineRun.ProtectAsync(engine, "small.png")).Completed);
    }

    [Fact]
    public async Task Every_mutation_of_frames_ends_in_a_result_or_a_code()
    {
        var random = new Random(20241);
        var seeds = ((string[])["film.gif", "film.webp", "film.png", "film.tif"]).Select(name => File.ReadAllBytes(engine.PathOf(name))).ToArray();
        string[] permitted = [JobErrorCodes.InvalidImage, JobErrorCodes.UnsupportedFormat, JobErrorCodes.TooManyPixels];
        var (failed, done) = (0, 0);
        for (var i = 0; i < TestLength.Of(200, 2000); i++)
        {
            try
            {
                await EngineRun.ProtectAsync(engine.Client, Mutate(random, seeds[i % seeds.Length]), EngineRun.Options(), Token);
                done++;
            }
            catch (RpcException exception)
            {
                Assert.Contains(exception.Trailers.GetValue(JobErrorCodes.Trailer), permitted);
                failed++;
            }
        }

        Assert.True(failed > 20 && done > 20, $"{done} done, {failed} failed");
    }

    [Fact]
    public async Task Keeps_its_limits_of_size_time_and_number()
    {
        var (app, address) = await EngineFixture.StartProcessorAsync(new()
        {
            ["Processor:MaxSourceBytes"] = "20000",
            ["Processor:JobTimeout"] = "00:00:01.5",
            ["Processor:Concurrency"] = "1",
            ["Processor:QueueLength"] = "0",
        });
        await using var processor = app;
        using var channel = GrpcChannel.ForAddress(address);
        var client = new ImageEngine.ImageEngineClient(channel);

        var (code, _) = await EngineRun.FailAsync(
            () => EngineRun.ProtectAsync(client, File.ReadAllBytes(engine.PathOf("photo.png")), EngineRun.Options(), Token));
        Assert.Equal(JobErrorCodes.InvalidImage, code);

        using var slow = client.Protect(new ProtectCommand { JobId = "slow", SourceUrl = engine.StoreAddress + "/slow" }, cancellationToken: Token);
        Assert.True(await slow.ResponseStream.MoveNext(Token));
        var (busy, exception) = await EngineRun.FailAsync(
            () => EngineRun.ProtectAsync(client, File.ReadAllBytes(engine.PathOf("tiny.png")), EngineRun.Options(), Token));
        Assert.Equal((JobErrorCodes.EngineUnavailable, StatusCode.ResourceExhausted), (busy, exception.StatusCode));

        var (late, _) = await EngineRun.FailAsync(async () =>
        {
            while (await slow.ResponseStream.MoveNext(Token))
            {
            }
        });
        Assert.Equal(JobErrorCodes.TimedOut, late);
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        var bytes = (byte[])seed.Clone();
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                random.NextBytes(bytes.AsSpan(random.Next(bytes.Length)));
                return bytes;
            case 2:
                for (var i = 0; i < 3; i++)
                {
                    bytes[random.Next(Math.Min(bytes.Length, 400))] = (byte)random.Next(256);
                }

                return bytes;
            default:
                for (var i = 0; i < 20; i++)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
        }
    }

    private static byte[] Png(uint width, uint height)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(header, width);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, 2);
        WriteChunk(file, "IHDR"u8, header);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(new byte[1 << 20]);
        }

        WriteChunk(file, "IDAT"u8, data.ToArray());
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32([.. type, .. data]));
        file.Write(number);
    }

    private static byte[] Gif(ushort width, ushort height)
    {
        byte[] size = [(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8)];
        return [.. "GIF89a"u8, .. size, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, .. size, 0, 2, 2, 0x4C, 0x01, 0, 0x3B];
    }

    private byte[] JpegWithSize(ushort width, ushort height)
    {
        var jpeg = File.ReadAllBytes(engine.PathOf("small.jpg"));
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), height);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), width);
        return jpeg;
    }

    private Task<(string? Code, RpcException Exception)> ProtectAsync(byte[] image) =>
        EngineRun.FailAsync(() => EngineRun.ProtectAsync(engine.Client, image, EngineRun.Options(), Token));
}
