using System.Diagnostics;
using Amazon.S3;
using Amazon.S3.Model;
using Artorizer.Infrastructure.S3;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;
using Artorizer.LocalServers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Artorizer.IntegrationTests.Stores.S3;

/// <summary>A server that is down, comes late, or comes back. On a server of its own, as it is stopped.</summary>
public sealed class S3OutageTests(S3Fixture server) : IClassFixture<S3Fixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_server_is_down_calls_say_so_and_afterwards_they_work()
    {
        var ceph = await server.ServerAsync();
        await using var bucket = await server.BucketAsync();
        await bucket.Store.PutAsync("k", new MemoryStream([1, 2, 3]), new ObjectPutOptions(), Token);
        await ceph.StopGatewayAsync();

        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bucket.Store.PutAsync("k", new MemoryStream([4]), new ObjectPutOptions(), Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => bucket.Store.PutAsync("l", new MemoryStream(new byte[20 << 20]), new ObjectPutOptions(), Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bucket.Store.OpenAsync("k", 0, null, Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bucket.Store.StatAsync("k", Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bucket.Store.DeleteAsync("k", Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bucket.Store.DeletePrefixAsync("k/", Token));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(3));

        // Needs no server.
        Assert.NotNull(await bucket.Store.PresignGetAsync("k", new PresignGetOptions(), Token));
        await ceph.StartGatewayAsync(Token);
        Assert.Equal(3, (await bucket.Store.StatAsync("k", Token))!.Length);
        Assert.Null(await bucket.Store.StatAsync("l", Token));
    }

    [Fact]
    public async Task A_server_that_takes_connections_and_never_answers_is_down_for_every_call()
    {
        // Of its own: a storage daemon that was suspended takes a while to serve again.
        Assert.SkipUnless(CephServer.IsInstalled, "radosgw is not installed.");
        await using var ceph = new CephServer();
        await ceph.StartAsync(Token);
        await using var bucket = await S3Bucket.CreateAsync(ceph);
        await bucket.Store.PutAsync("k", new MemoryStream(new byte[20 << 20]), new ObjectPutOptions(), Token);
        var options = S3Bucket.OptionsOf(ceph);
        (options.Bucket, options.RequestTimeout, options.Retries) = (bucket.Options.Bucket, TimeSpan.FromSeconds(8), 0);
        using var client = S3Clients.Create(options);
        using var store = new S3ObjectStore(client, Options.Create(options), TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
        var opened = await store.OpenAsync("k", 0, null, Token);
        ceph.Suspend();

        Func<Task>[] calls =
        [
            () => store.PutAsync("k", new MemoryStream([4]), new ObjectPutOptions(), Token),
            () => store.PutAsync("l", new MemoryStream(new byte[20 << 20]), new ObjectPutOptions(), Token),
            () => store.OpenAsync("k", 0, null, Token),
            () => store.StatAsync("k", Token),
            () => store.DeleteAsync("k", Token),
            () => store.DeletePrefixAsync("k/", Token),
            () => FirstAsync(store.ListAsync("k/", Token)),
        ];
        await Task.WhenAll(calls.Select(call =>
            Assert.ThrowsAsync<StoreUnavailableException>(() => Task.Run(call, Token).WaitAsync(TimeSpan.FromMinutes(1), Token))));
        await using (opened)
        {
            await Assert.ThrowsAsync<IOException>(() => opened!.Stream.CopyToAsync(Stream.Null, Token));
        }

        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Token);
        gone.CancelAfter(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.StatAsync("k", gone.Token));
        ceph.Resume();
        await bucket.Store.PutAsync("k", new MemoryStream([1]), new ObjectPutOptions(), Token);

        static async Task FirstAsync(IAsyncEnumerable<StoredObject> objects)
        {
            await foreach (var stored in objects)
            {
                Assert.Fail($"Listed {stored.Key}.");
            }
        }
    }

    [Fact]
    public async Task The_bucket_and_its_rules_are_made_although_the_server_comes_late()
    {
        var ceph = await server.ServerAsync();
        await ceph.StopGatewayAsync();
        using var host = Host(ceph, "late");
        await host.StartAsync(Token);
        var store = host.Services.GetRequiredService<IObjectStore>();
        Assert.IsType<S3ObjectStore>(store);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.StatAsync("k", Token));

        await ceph.StartGatewayAsync(Token);

        var client = host.Services.GetRequiredService<IAmazonS3>();
        await Eventually.TrueAsync(async () => (await RulesAsync(client, "late")).Pages.Count == 1);
        await store.PutAsync("k", new MemoryStream([1]), new ObjectPutOptions(), Token);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Rules_of_others_stay_and_ours_are_not_doubled()
    {
        var ceph = await server.ServerAsync();
        using var first = Host(ceph, "ruled");
        await first.StartAsync(Token);
        var client = first.Services.GetRequiredService<IAmazonS3>();
        await Eventually.TrueAsync(async () => (await RulesAsync(client, "ruled")).Pages.Count == 1);
        await first.StopAsync(Token);
        var theirs = new LifecycleRule
        {
            Id = "theirs",
            Status = LifecycleRuleStatus.Enabled,
            Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "other/" } },
            Expiration = new LifecycleRuleExpiration { Days = 9 },
        };
        await client.PutLifecycleConfigurationAsync("ruled", new LifecycleConfiguration { Rules = [theirs] }, Token);

        // A bucket is there, with one of the two rules.
        for (var i = 0; i < 2; i++)
        {
            using var next = Host(ceph, "ruled");
            await next.StartAsync(Token);
            await Eventually.TrueAsync(async () => (await RulesAsync(client, "ruled")).Uploads.Count == 2);
            await next.StopAsync(Token);
        }

        var (uploads, pages) = await RulesAsync(client, "ruled");
        Assert.Equal(9, uploads.Single(rule => rule.Id == "theirs").Expiration.Days);
        Assert.Equal(3, uploads.Single(rule => rule.Id != "theirs").AbortIncompleteMultipartUpload.DaysAfterInitiation);
        Assert.Equal(["https://a.example", "https://b.example"], Assert.Single(pages).AllowedOrigins.Order(StringComparer.Ordinal));

        using var browser = new HttpClient();
        var put = await first.Services.GetRequiredService<IObjectStore>().PresignPutAsync(
            "k", new PresignPutOptions { Audience = ObjectAudience.Public, Length = 3 }, Token);
        Assert.Equal("https://a.example", await AllowedAsync(browser, put.Url, "https://a.example"));
        Assert.Null(await AllowedAsync(browser, put.Url, "https://c.example"));
    }

    private static async Task<string?> AllowedAsync(HttpClient browser, Uri url, string origin)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, url);
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "PUT");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type");
        using var answer = await browser.SendAsync(preflight, Token);
        return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
    }

    private static async Task<(List<LifecycleRule> Uploads, List<CORSRule> Pages)> RulesAsync(IAmazonS3 client, string bucket)
    {
        try
        {
            var uploads = await client.GetLifecycleConfigurationAsync(bucket, Token);
            var pages = await client.GetCORSConfigurationAsync(bucket, Token);
            return (uploads.Configuration?.Rules ?? [], pages.Configuration?.Rules ?? []);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return ([], []);
        }
    }

    private static IHost Host(CephServer ceph, string bucket)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:s3"] = $"{ceph.ConnectionString};Bucket={bucket}",
            ["S3:AbandonedUploadDays"] = "3",
            ["S3:CorsOrigins:0"] = "https://a.example",
            ["S3:CorsOrigins:1"] = "https://b.example",
        });
        builder.AddS3Objects();
        return builder.Build();
    }
}
