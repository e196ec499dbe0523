using System.Diagnostics;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Queue;

namespace Artorizer.IntegrationTests.Stores.Embedded;

/// <summary>On small file systems that are really full. Needs root, to mount them.</summary>
public sealed class FullDiskTests : IAsyncDisposable
{
    private readonly TemporaryFolder _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", _directory.Path);
        _directory.Dispose();
    }

    [Fact]
    public async Task Jobs_are_refused_and_what_was_accepted_stays()
    {
        await MountAsync("8m");
        var accepted = new List<Job>();
        await using (var stores = await EmbeddedStoreSet.OpenAsync(_directory.Path))
        {
            await FillAsync(async () => accepted.Add((await SubmitAsync(stores, 50_000)).Job));
            Assert.InRange(accepted.Count, 10, 200);

            // Many at once, so that small ones share their transaction with some that do not fit.
            var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
            {
                try
                {
                    return (await SubmitAsync(stores, i % 2 == 0 ? 500_000 : 10)).Job;
                }
                catch (StorageFullException)
                {
                    return null;
                }
            }));
            Assert.True(Array.Exists(results, job => job is null));
            accepted.AddRange(results.OfType<Job>());
            await CheckAsync(stores, accepted);
        }

        await using var again = await EmbeddedStoreSet.OpenAsync(_directory.Path);
        await CheckAsync(again, accepted);
    }

    [Fact]
    public async Task Objects_are_refused_and_leave_nothing_behind()
    {
        await MountAsync("8m");
        await using var stores = await EmbeddedStoreSet.OpenAsync(_directory.Path);
        await stores.Objects.PutAsync("kept", new ZeroStream(2_000_000), new ObjectPutOptions(), Token);

        await Assert.ThrowsAsync<StorageFullException>(
            () => stores.Objects.PutAsync("refused", new ZeroStream(20_000_000), new ObjectPutOptions(), Token));

        Assert.Null(await stores.Objects.StatAsync("refused", Token));
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory.Path, "objects", "tmp")));

        // The room is free again.
        await stores.Objects.PutAsync("second", new ZeroStream(3_000_000), new ObjectPutOptions(), Token);
        Assert.Equal(2_000_000, (await stores.Objects.StatAsync("kept", Token))!.Length);
    }

    [Fact]
    public async Task Under_the_margin_new_things_are_refused_but_work_is_finished_and_old_things_deleted()
    {
        // The margin must hold what the log grows to before it is folded into the database, 16 MiB.
        await MountAsync("64m");
        await using var stores = await EmbeddedStoreSet.OpenAsync(_directory.Path, options => options.MinFreeBytes = 24 * 1024 * 1024);
        var accepted = new List<Job>();
        await FillAsync(async () => accepted.Add((await SubmitAsync(stores, TestLength.Of(400_000, 50_000))).Job));
        await Assert.ThrowsAsync<StorageFullException>(
            () => stores.Objects.PutAsync("k", new ZeroStream(1), new ObjectPutOptions(), Token));

        for (var i = 0; i < accepted.Count; i++)
        {
            var lease = await stores.Queue.LeaseAsync(Token);
            Assert.True(await lease.AcknowledgeAsync(Token));
            Assert.NotNull(await stores.Jobs.DeleteAsync(lease.Message.JobId, Token));
        }

        Assert.Equal(new JobCounts(0, 0, 0, 0), await stores.Jobs.CountAsync(Token));
    }

    private Task MountAsync(string size) => RunAsync("mount", "-t", "tmpfs", "-o", "size=" + size, "none", _directory.Path);

    private static async Task FillAsync(Func<Task> add)
    {
        try
        {
            while (true)
            {
                await add();
            }
        }
        catch (StorageFullException)
        {
        }
    }

    private static Task<CreateJobResult> SubmitAsync(EmbeddedStores stores, int bytes) => stores.Submission.SubmitAsync(
        new Job { Id = Guid.CreateVersion7().ToString(), Type = "echo", Owner = "alice", Data = new Payload(Payload.Binary, new byte[bytes]) },
        QueueMessage.For, TimeSpan.Zero, Token);

    private static async Task CheckAsync(EmbeddedStores stores, List<Job> accepted)
    {
        foreach (var job in accepted)
        {
            Assert.Equal(job.Data, (await stores.Jobs.GetAsync(job.Id, Token))?.Data);
        }

        Assert.Equal(accepted.Count, (await stores.Jobs.CountAsync(Token)).Queued);
        Assert.Equal(accepted.Count, (await stores.Queue.GetDepthAsync(Token)).Ready);
    }

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, $"{command} failed; this test must run as root.");
    }
}
