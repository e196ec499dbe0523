using Amazon.S3;
using Amazon.S3.Model;
using Artorizer.Infrastructure.S3;
using Artorizer.LocalServers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Artorizer.IntegrationTests.Stores.S3;

/// <summary>A bucket of its own, and a store on it.</summary>
public sealed class S3Bucket : IAsyncDisposable
{
    private S3Bucket(S3Options options)
    {
        Options = options;
        Client = S3Clients.Create(options);
        Store = new S3ObjectStore(
            Client, Microsoft.Extensions.Options.Options.Create(options), TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
    }

    public S3Options Options { get; }

    public IAmazonS3 Client { get; }

    public S3ObjectStore Store { get; }

    public static S3Options OptionsOf(CephServer server)
    {
        var options = new S3Options { Bucket = "test-" + Guid.NewGuid().ToString("N") };
        S3ConnectionString.Apply(server.ConnectionString, options);
        return options;
    }

    public static async Task<S3Bucket> CreateAsync(CephServer server, Action<S3Options>? configure = null)
    {
        var options = OptionsOf(server);
        configure?.Invoke(options);
        var bucket = new S3Bucket(options);
        await bucket.Client.PutBucketAsync(options.Bucket, TestContext.Current.CancellationToken);
        return bucket;
    }

    /// <summary>Multipart uploads that were neither completed nor aborted.</summary>
    public async Task<List<MultipartUpload>> UploadsAsync() =>
        (await Client.ListMultipartUploadsAsync(
            new ListMultipartUploadsRequest { BucketName = Options.Bucket }, TestContext.Current.CancellationToken)).MultipartUploads ?? [];

    public ValueTask DisposeAsync()
    {
        Store.Dispose();
        Client.Dispose();
        return ValueTask.CompletedTask;
    }
}
