using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.S3;
using Artorizer.IntegrationTests.Engine;
using Artorizer.IntegrationTests.Stores.Embedded;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.LocalServers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Artorizer.IntegrationTests.Stores.S3;

/// <summary>A job whose original cannot be read fails with the reason, and does not hold the engine until its deadline.</summary>
public sealed class S3EngineTests(EngineFixture engine, S3Fixture server)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(JobVia.Grpc)]
    [InlineData(JobVia.Direct)]
    public async Task A_store_that_does_not_answer_is_worth_another_attempt(string via)
    {
        var options = new S3Options { Endpoint = $"http://127.0.0.1:{LocalProcess.FreePorts(1)[0]}", AccessKey = "a", SecretKey = "b", Retries = 0 };

        var failure = await RunAsync(options, via);

        Assert.Equal(JobErrorCodes.StorageUnavailable, failure.Error.Code);
        Assert.False(failure.IsPermanent);
    }

    [Theory]
    [InlineData(JobVia.Grpc)]
    [InlineData(JobVia.Direct)]
    public async Task An_original_that_is_gone_is_not(string via)
    {
        await using var bucket = await server.BucketAsync();

        var failure = await RunAsync(bucket.Options, via);

        Assert.Equal(JobErrorCodes.OriginalMissing, failure.Error.Code);
        Assert.True(failure.IsPermanent);
    }

    private async Task<JobFailedException> RunAsync(S3Options options, string via)
    {
        using var client = S3Clients.Create(options);
        using var store = new S3ObjectStore(client, Options.Create(options), TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
        using var http = new HttpClient { BaseAddress = engine.ProcessorAddress };
        var runner = new ProtectionRunner(engine.Client, new DirectEngineClient(http, store), store, Options.Create(new EngineClientOptions()));
        var original = new OriginalImage
        {
            Key = "jobs/1/original",
            FileName = "a.png",
            ContentType = "image/png",
            Format = "png",
            Length = 100_000,
            Sha256 = new string('0', 64),
            Width = 9,
            Height = 9,
        };
        await using var jobs = await EmbeddedStoreSet.CreateAsync(TimeSpan.FromSeconds(30));
        var created = await jobs.Jobs!.CreateAsync(
            new Job { Id = Guid.CreateVersion7().ToString(), Type = "protect_image", Owner = "a", Via = via }, Token);
        await using var attempt = await JobAttempt.BeginAsync(created.Job, 1, jobs.Jobs, TimeProvider.System, Token);
        return await Assert.ThrowsAsync<JobFailedException>(
            () => runner.RunAsync(via, new ProtectionTask { Title = "a", Artist = "b", Original = original }, attempt!, Token)
                .WaitAsync(Timeout, Token));
    }
}
