using System.Security.Cryptography;
using Artorizer.Jobs.Objects;

namespace Artorizer.IntegrationTests.Stores;

/// <summary>What every <see cref="IObjectStore"/> does.</summary>
public abstract class ObjectStoreContract : StoreContract
{
    private IObjectStore Store => Stores.Objects!;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData(64 * 1024 + 1)]
    [InlineData(3_000_000)]
    public async Task An_object_reads_back_equal(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);

        var stored = await PutAsync("jobs/a1/original.png", bytes, "image/png");

        Assert.Equal(("jobs/a1/original.png", length, "image/png"), (stored.Key, stored.Length, stored.ContentType));
        Assert.NotEmpty(stored.ETag);
        Assert.DoesNotContain('"', stored.ETag);
        var info = await Store.StatAsync("jobs/a1/original.png", Token);
        Assert.Equal((stored.Length, stored.ContentType, stored.ETag), (info!.Length, info.ContentType, info.ETag));
        Assert.Equal(bytes, await ReadAsync("jobs/a1/original.png", 0, null));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(500_000)]
    public async Task A_part_can_be_read(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        await PutAsync("k", bytes);

        Assert.Equal(bytes[100..350], await ReadAsync("k", 100, 250));
        Assert.Equal(bytes[^7..], await ReadAsync("k", length - 7, null));
        Assert.Equal(bytes[^7..], await ReadAsync("k", length - 7, 1000));
        Assert.Empty(await ReadAsync("k", length, null));
        Assert.Empty(await ReadAsync("k", 3, 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.OpenAsync("k", length + 1, null, Token));
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        Assert.Null(await Store.OpenAsync("none", 0, null, Token));
        Assert.Null(await Store.StatAsync("none", Token));
        Assert.False(await Store.DeleteAsync("none", Token));
        Assert.Equal(0, await Store.DeletePrefixAsync("none/", Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/../b")]
    [InlineData("a/.")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("1/2/3/4/5/6/7/8/9")]
    public async Task A_bad_key_is_refused(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(key, [1]));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.OpenAsync(key, 0, null, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.StatAsync(key, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(key, Token));
    }

    [Fact]
    public async Task A_key_of_the_greatest_length_is_taken_and_a_longer_one_refused()
    {
        await PutAsync(new string('k', 255), [1]);
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(new string('k', 256), [1]));
    }

    [Theory]
    [InlineData(10, 300_000)]
    [InlineData(300_000, 10)]
    [InlineData(300_000, 200_000)]
    public async Task A_second_put_replaces_the_first_while_its_readers_read_on(int firstLength, int secondLength)
    {
        var first = RandomNumberGenerator.GetBytes(firstLength);
        var second = RandomNumberGenerator.GetBytes(secondLength);
        var firstInfo = await PutAsync("k", first, "a/a");
        await using var open = await Store.OpenAsync("k", 0, null, Token);

        var secondInfo = await PutAsync("k", second, "b/b");

        Assert.NotEqual(firstInfo.ETag, secondInfo.ETag);
        Assert.Equal(first, await DrainAsync(open!.Stream));
        Assert.Equal(second, await ReadAsync("k", 0, null));
        Assert.Equal("b/b", (await Store.StatAsync("k", Token))!.ContentType);
    }

    [Fact]
    public async Task The_same_content_has_the_same_tag()
    {
        var one = await PutAsync("one", [1, 2, 3]);
        var other = await PutAsync("other", [1, 2, 3]);
        Assert.Equal(one.ETag, other.ETag);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(700_000)]
    public async Task A_source_that_breaks_leaves_nothing_and_its_exception_passes_through(int after)
    {
        var exception = await Assert.ThrowsAsync<TimeZoneNotFoundException>(
            () => Store.PutAsync("k", new BreakingStream(after), new ObjectPutOptions(), Token));

        Assert.Equal("broken", exception.Message);
        Assert.Null(await Store.StatAsync("k", Token));
        Assert.Null(await Store.OpenAsync("k", 0, null, Token));
    }

    [Fact]
    public async Task A_source_that_breaks_keeps_the_object_that_was_there()
    {
        await PutAsync("k", [7]);
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(
            () => Store.PutAsync("k", new BreakingStream(700_000), new ObjectPutOptions(), Token));
        Assert.Equal([7], await ReadAsync("k", 0, null));
    }

    [Theory]
    [InlineData(100, 99)]
    [InlineData(100, 101)]
    [InlineData(500_000, 499_999)]
    [InlineData(500_000, 500_001)]
    public async Task A_content_that_is_not_as_long_as_announced_is_refused(int length, int announced)
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => Store.PutAsync(
            "k", new MemoryStream(new byte[length]), new ObjectPutOptions { Length = announced }, Token));
        Assert.Null(await Store.StatAsync("k", Token));
    }

    [Fact]
    public async Task Delete_removes_one_and_a_prefix_many()
    {
        foreach (var key in new[] { "jobs/1/a", "jobs/1/b/c", "jobs/10/a", "jobs/1", "jobs/1.a", "jobs/0/a" })
        {
            await PutAsync(key, new byte[key.Length * 10_000]);
        }

        Assert.Equal(2, await Store.DeletePrefixAsync("jobs/1/", Token));
        Assert.Null(await Store.StatAsync("jobs/1/a", Token));
        Assert.Null(await Store.StatAsync("jobs/1/b/c", Token));
        Assert.True(await Store.DeleteAsync("jobs/1", Token));
        Assert.False(await Store.DeleteAsync("jobs/1", Token));
        Assert.NotNull(await Store.StatAsync("jobs/10/a", Token));
        Assert.NotNull(await Store.StatAsync("jobs/1.a", Token));
        Assert.NotNull(await Store.StatAsync("jobs/0/a", Token));
    }

    [Fact]
    public async Task A_list_has_every_object_under_a_prefix_in_order()
    {
        var keys = Enumerable.Range(0, 600).Select(i => $"uploads/1/parts/{i * 7919 % 600:d4}").ToArray();
        foreach (var key in keys.Append("uploads/1").Append("uploads/10/a").Append("uploads/1.a").Append("uploads/0/z"))
        {
            await PutAsync(key, [1, 2, 3], "a/b");
        }

        var listed = new List<StoredObject>();
        await foreach (var stored in Store.ListAsync("uploads/1/", Token))
        {
            listed.Add(stored);
        }

        Assert.Equal(keys.Order(StringComparer.Ordinal), listed.Select(s => s.Key));
        Assert.All(listed, s => Assert.Equal(3, s.Length));
        Assert.All(listed, s => Assert.Contains(s.ContentType, new[] { "a/b", "" }));
        Assert.All(listed, s => Assert.Equal(listed[0].ETag, s.ETag));
        await foreach (var stored in Store.ListAsync("none/", Token))
        {
            Assert.Fail($"{stored.Key} is not there.");
        }
    }

    [Fact]
    public async Task A_prefix_must_end_with_a_slash() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeletePrefixAsync("jobs", Token));

    [Fact]
    public async Task Many_at_once_do_not_disturb_each_other()
    {
        var contents = Enumerable.Range(0, 40).Select(i => RandomNumberGenerator.GetBytes(i * 5000)).ToList();
        await Task.WhenAll(contents.Select((bytes, i) => PutAsync($"many/{i}", bytes)));

        for (var i = 0; i < contents.Count; i++)
        {
            Assert.Equal(contents[i], await ReadAsync($"many/{i}", 0, null));
        }
    }

    protected Task<StoredObject> PutAsync(string key, byte[] bytes, string contentType = "application/octet-stream") =>
        Store.PutAsync(key, new MemoryStream(bytes), new ObjectPutOptions { ContentType = contentType, Length = bytes.Length }, Token);

    protected async Task<byte[]> ReadAsync(string key, long offset, long? length)
    {
        await using var content = await Store.OpenAsync(key, offset, length, Token);
        Assert.NotNull(content);
        var bytes = await DrainAsync(content.Stream);
        Assert.Equal(content.Length, bytes.Length);
        return bytes;
    }

    private static async Task<byte[]> DrainAsync(Stream stream)
    {
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Token);
        return copy.ToArray();
    }
}
