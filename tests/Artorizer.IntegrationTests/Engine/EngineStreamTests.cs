using Artorizer.Contracts.Api;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Artorizer.IntegrationTests.Stores.Embedded;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>The streaming call against a real engine: whichever side fails, the caller is told of that side.</summary>
public sealed class EngineStreamTests(EngineFixture engine)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_that_cannot_be_read_to_its_end_is_told_as_it_happened()
    {
        await using var image = new UnreadableStream(await File.ReadAllBytesAsync(engine.PathOf("photo.png"), Token));
        var failure = await Assert.ThrowsAsync<IOException>(() => HashAsync(image, "imagehash", Token));
        Assert.Equal("The disk is gone.", failure.Message);
    }

    [Fact]
    public async Task A_refusal_before_the_image_has_been_sent_is_the_engines()
    {
        await using var image = new MemoryStream(new byte[64 << 20]);
        var failure = await Assert.ThrowsAsync<JobFailedException>(() => HashAsync(image, "unknown", Token));
        Assert.Equal((JobErrorCodes.InvalidOption, "Unknown processor: unknown"), (failure.Error.Code, failure.Error.Message));
        Assert.True(failure.IsPermanent);
    }

    [Fact]
    public async Task A_caller_that_cancels_is_told_of_its_cancellation()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var image = new StalledStream(cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HashAsync(image, "imagehash", cancel.Token));
    }

    private async Task<Completed> HashAsync(Stream image, string analyzer, CancellationToken cancellationToken)
    {
        await using var jobs = await EmbeddedStoreSet.CreateAsync(TimeSpan.FromSeconds(30));
        var job = new Job { Id = Guid.CreateVersion7().ToString(), Type = ProtectionTask.TypeName, Owner = "a", Via = JobVia.Queue };
        var created = await jobs.Jobs!.CreateAsync(job, Token);
        await using var attempt = await JobAttempt.BeginAsync(created.Job, 1, jobs.Jobs, TimeProvider.System, Token);
        var runner = new HashRunner(engine.Client, Microsoft.Extensions.Options.Options.Create(new EngineClientOptions()));
        return await runner.RunAsync(image, [analyzer], attempt!, cancellationToken).WaitAsync(Timeout, Token);
    }

    private sealed class UnreadableStream(byte[] start) : MemoryStream(start)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length / 2
                ? await base.ReadAsync(buffer[..Math.Min(buffer.Length, 1000)], cancellationToken)
                : throw new IOException("The disk is gone.");
    }

    private sealed class StalledStream(CancellationTokenSource cancel) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await cancel.CancelAsync();
            await Task.Delay(System.Threading.Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
