using System.Security.Cryptography;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Infrastructure.Redis;
using Artorizer.IntegrationTests.Stores.Redis;
using Artorizer.Jobs;
using Artorizer.Jobs.Secrets;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Artorizer.IntegrationTests.Stores;

/// <summary>Secrets that one service stores and another reads, with keys in files or in Redis.</summary>
public sealed class StoredSecretsTests(RedisFixture redis)
{
    private const string Secret = "s3cret \u00e9";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_in_files_are_shared()
    {
        using var folder = new TemporaryFolder();
        await AssertSharedAsync(() => new SecretKeyFiles(Path.Combine(folder.Path, "keys")));
    }

    [Fact]
    public async Task Keys_in_Redis_are_shared()
    {
        var prefix = RedisStores.NewPrefix();
        var server = await redis.ServerAsync();
        await using var one = await RedisStores.OpenAsync(server.ConnectionString, options => options.KeyPrefix = prefix);
        await using var other = await RedisStores.OpenAsync(server.ConnectionString, options => options.KeyPrefix = prefix);
        var turns = new Queue<RedisStores>([one, other, one, other, one]);
        await AssertSharedAsync(() => new RedisSecretKeys(turns.Dequeue().Commands));
    }

    [Fact]
    public void What_is_lost_or_changed_is_told()
    {
        using var folder = new TemporaryFolder();
        using var first = new StoredSecrets(new SecretKeyFiles(Path.Combine(folder.Path, "one")), TimeProvider.System);
        using var second = new StoredSecrets(new SecretKeyFiles(Path.Combine(folder.Path, "two")), TimeProvider.System);
        var stored = first.Protect(Secret);

        Assert.Throws<CryptographicException>(() => second.Reveal(stored));
        Assert.Throws<CryptographicException>(() => first.Reveal(stored[..^4] + "AAAA"));
        Assert.Equal(Secret, first.Reveal(stored));
    }

    [Fact]
    public void What_older_versions_stored_is_read()
    {
        using var secrets = new StoredSecrets(new Silent(), TimeProvider.System);
        Assert.Equal("plain", secrets.Reveal("plain"));
        Assert.Throws<StoreUnavailableException>(() => secrets.Protect("plain"));
    }

    private static async Task AssertSharedAsync(Func<IXmlRepository> keys)
    {
        // Each makes a key where it finds none, and learns of the other's when it meets it.
        var time = new ManualTimeProvider();
        using var router = new StoredSecrets(keys(), time);
        using var worker = new StoredSecrets(keys(), time);
        var stored = await Task.WhenAll(new[] { router, worker }.Select(secrets => Task.Run(() => secrets.Protect(Secret), Token)));
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.All(stored, text => Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal));
        Assert.Equal([Secret, Secret], [worker.Reveal(stored[0]), router.Reveal(stored[1])]);

        // A service that is started later, too.
        using var later = new StoredSecrets(keys(), time);
        Assert.Equal([Secret, Secret], stored.Select(later.Reveal));
    }

    private sealed class Silent : IXmlRepository
    {
        public IReadOnlyCollection<System.Xml.Linq.XElement> GetAllElements() => throw new StoreUnavailableException("Redis does not answer.");

        public void StoreElement(System.Xml.Linq.XElement element, string friendlyName) => throw new StoreUnavailableException("Redis does not answer.");
    }
}
