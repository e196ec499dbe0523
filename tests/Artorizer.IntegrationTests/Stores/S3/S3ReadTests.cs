using System.Security.Cryptography;
using Artorizer.IntegrationTests.Uploads;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;

namespace Artorizer.IntegrationTests.Stores.S3;

/// <summary>Reads that end early, by the reader's will or against it.</summary>
public sealed class S3ReadTests(S3Fixture server)
{
    private const int Large = 40 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_that_is_given_up_does_not_fetch_the_rest()
    {
        await using var proxy = new BreakingProxy(new Uri((await server.ServerAsync()).Endpoint), []);
        await using var bucket = await server.BucketAsync(options => options.Endpoint = proxy.Address.OriginalString);
        await bucket.Store.PutAsync("k", new ZeroStream(Large), new ObjectPutOptions(), Token);

        for (var i = 0; i < 20; i++)
        {
            await using var content = await bucket.Store.OpenAsync("k", 0, null, Token);
            await content!.Stream.ReadExactlyAsync(new byte[1000], Token);
        }

        // Each may have been sent what the buffers of the way hold, not what the object does.
        Assert.NotNull(await bucket.Store.StatAsync("k", Token));
        Assert.InRange(proxy.BytesDown, 20 * 1000, 20L * Large / 2);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_an_IOException_and_the_next_read_works()
    {
        await using var proxy = new BreakingProxy(new Uri((await server.ServerAsync()).Endpoint), []);
        await using var bucket = await server.BucketAsync(options => options.Endpoint = proxy.Address.OriginalString);
        await bucket.Store.PutAsync("k", new ZeroStream(Large), new ObjectPutOptions(), Token);

        await using (var content = await bucket.Store.OpenAsync("k", 0, null, Token))
        {
            await content!.Stream.ReadExactlyAsync(new byte[1000], Token);
            proxy.Break();
            await Assert.ThrowsAnyAsync<IOException>(() => content.Stream.CopyToAsync(Stream.Null, Token));
        }

        await using var again = await bucket.Store.OpenAsync("k", 0, null, Token);
        Assert.Equal(SHA256.HashData(new byte[Large]), await SHA256.HashDataAsync(again!.Stream, Token));
    }

    [Fact]
    public async Task A_missing_bucket_is_a_store_that_is_not_there_yet()
    {
        await using var bucket = await server.BucketAsync();
        await bucket.Client.DeleteBucketAsync(bucket.Options.Bucket, Token);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => bucket.Store.PutAsync("k", new ZeroStream(10), new ObjectPutOptions(), Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bucket.Store.OpenAsync("k", 0, null, Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bucket.Store.DeletePrefixAsync("k/", Token));
    }
}
