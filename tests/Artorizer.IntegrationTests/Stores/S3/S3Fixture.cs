using Artorizer.Infrastructure.S3;
using Artorizer.LocalServers;

[assembly: AssemblyFixture(typeof(Artorizer.IntegrationTests.Stores.S3.S3Fixture))]

namespace Artorizer.IntegrationTests.Stores.S3;

/// <summary>One S3 server for all tests, started when the first asks for it; each takes a bucket of its own.</summary>
public sealed class S3Fixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private CephServer? _server;

    /// <summary>The server, which runs.</summary>
    public async Task<CephServer> ServerAsync()
    {
        Assert.SkipUnless(CephServer.IsInstalled, "radosgw is not installed.");
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_server is null)
            {
                var server = new CephServer();
                try
                {
                    await server.StartAsync(TestContext.Current.CancellationToken);
                }
                catch
                {
                    await server.DisposeAsync();
                    throw;
                }

                _server = server;
            }

            return _server;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A store on a new bucket of the server.</summary>
    public async Task<S3Bucket> BucketAsync(Action<S3Options>? configure = null) => await S3Bucket.CreateAsync(await ServerAsync(), configure);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _starting.Dispose();
    }
}
