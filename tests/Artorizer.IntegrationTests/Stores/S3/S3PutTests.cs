using System.Security.Cryptography;
using Amazon.S3.Model;
using Artorizer.Infrastructure.S3;
using Artorizer.IntegrationTests.Stores.Embedded;
using Artorizer.Jobs.Objects;

namespace Artorizer.IntegrationTests.Stores.S3;

/// <summary>Large objects go in parts, and leave none behind.</summary>
public sealed class S3PutTests(S3Fixture server)
{
    private const int Mebibyte = 1 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(S3Upload.PartBytes, false)]
    [InlineData(S3Upload.PartBytes + 1, false)]
    [InlineData(S3Upload.SingleBytes, false)]
    [InlineData(S3Upload.SingleBytes + 1, true)]
    [InlineData(S3Upload.SingleBytes + S3Upload.PartBytes, true)]
    [InlineData(40 * Mebibyte, true)]
    public async Task Content_of_unknown_length_reads_back_equal(int length, bool inParts)
    {
        await using var bucket = await server.BucketAsync();
        var bytes = RandomNumberGenerator.GetBytes(length);

        var stored = await bucket.Store.PutAsync("large", new PieceStream(bytes), new ObjectPutOptions { ContentType = "image/png" }, Token);

        Assert.Equal((length, "image/png"), (stored.Length, stored.ContentType));
        // The tag of an object in parts ends with their number.
        Assert.Equal(inParts, stored.ETag.Contains('-', StringComparison.Ordinal));
        Assert.Equal(stored with { LastModified = default }, (await bucket.Store.StatAsync("large", Token))! with { LastModified = default });
        await using var content = await bucket.Store.OpenAsync("large", 0, null, Token);
        Assert.Equal(SHA256.HashData(bytes), await SHA256.HashDataAsync(content!.Stream, Token));
        await using var middle = await bucket.Store.OpenAsync("large", length - 100, 50, Token);
        var part = new byte[50];
        await middle!.Stream.ReadExactlyAsync(part, Token);
        Assert.Equal(bytes[^100..^50], part);
        Assert.Equal((length, 50L), (middle.Info.Length, middle.Length));
        Assert.Empty(await bucket.UploadsAsync());
    }

    [Fact]
    public async Task Many_large_puts_at_once_read_back_equal()
    {
        await using var bucket = await server.BucketAsync();
        var contents = Enumerable.Range(0, 6).Select(i => RandomNumberGenerator.GetBytes((12 + (4 * i)) * Mebibyte)).ToList();

        await Task.WhenAll(contents.Select((bytes, i) => bucket.Store.PutAsync($"{i}", new PieceStream(bytes), new ObjectPutOptions(), Token)));

        for (var i = 0; i < contents.Count; i++)
        {
            await using var content = await bucket.Store.OpenAsync($"{i}", 0, null, Token);
            Assert.Equal(SHA256.HashData(contents[i]), await SHA256.HashDataAsync(content!.Stream, Token));
        }
    }

    [Fact]
    public async Task A_large_source_that_breaks_leaves_no_parts()
    {
        await using var bucket = await server.BucketAsync();
        var begun = 0;

        var exception = await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => bucket.Store.PutAsync(
            "k",
            new NoticingStream(new BreakingStream(30 * Mebibyte), 28 * Mebibyte, () => begun = bucket.UploadsAsync().Result.Count),
            new ObjectPutOptions(),
            Token));

        Assert.Equal("broken", exception.Message);
        Assert.Equal(1, begun);
        Assert.Empty(await bucket.UploadsAsync());
        Assert.Null(await bucket.Store.StatAsync("k", Token));
    }

    [Fact]
    public async Task A_large_put_that_is_cancelled_leaves_no_parts()
    {
        await using var bucket = await server.BucketAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var source = new NoticingStream(new ZeroStream(64 * Mebibyte), 40 * Mebibyte, stop.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bucket.Store.PutAsync("k", source, new ObjectPutOptions(), stop.Token));

        Assert.Empty(await bucket.UploadsAsync());
        Assert.Null(await bucket.Store.StatAsync("k", Token));
    }

    [Theory]
    [InlineData(20 * Mebibyte, (20 * Mebibyte) - 1)]
    [InlineData(20 * Mebibyte, (20 * Mebibyte) + 1)]
    [InlineData(S3Upload.SingleBytes, S3Upload.SingleBytes + 1)]
    public async Task A_large_content_that_is_not_as_long_as_announced_leaves_no_parts(int length, int announced)
    {
        await using var bucket = await server.BucketAsync();

        await Assert.ThrowsAsync<InvalidDataException>(
            () => bucket.Store.PutAsync("k", new ZeroStream(length), new ObjectPutOptions { Length = announced }, Token));

        Assert.Empty(await bucket.UploadsAsync());
        Assert.Null(await bucket.Store.StatAsync("k", Token));
    }

    [Theory]
    [InlineData(3_000_000)]
    [InlineData(40 * Mebibyte)]
    public async Task A_full_store_says_so_and_keeps_nothing(int length)
    {
        await using var bucket = await server.BucketAsync();
        await (await server.ServerAsync()).LimitAsync(bucket.Options.Bucket, 1_000_000, Token);

        await Assert.ThrowsAsync<StorageFullException>(() => bucket.Store.PutAsync("k", new ZeroStream(length), new ObjectPutOptions(), Token));

        Assert.Null(await bucket.Store.StatAsync("k", Token));
        Assert.Empty(await bucket.UploadsAsync());
    }

    [Fact]
    public async Task Eight_large_puts_at_once_take_little_memory()
    {
        await using var bucket = await server.BucketAsync();
        var connection = (await server.ServerAsync()).ConnectionString;
        var length = TestLength.Of(40, 96) * Mebibyte;
        using var child = new ChildProcess(S3Child.Mode, $"{connection};Bucket={bucket.Options.Bucket} {length}");

        Assert.Equal(0, await child.WaitAsync());

        var grown = long.Parse(
            child.Lines.Single(line => line.StartsWith("grown ", StringComparison.Ordinal)).AsSpan(6),
            System.Globalization.CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"grown by {grown / Mebibyte} MiB");
        Assert.InRange(grown, 1, 128 * Mebibyte);
        Assert.Equal(length, (await bucket.Store.StatAsync("large/7", Token))!.Length);
        await bucket.Client.DeleteObjectsAsync(
            new DeleteObjectsRequest
            {
                BucketName = bucket.Options.Bucket,
                Objects = [.. Enumerable.Range(0, 8).Select(i => new KeyVersion { Key = $"large/{i}" })],
            },
            Token);
    }
}
