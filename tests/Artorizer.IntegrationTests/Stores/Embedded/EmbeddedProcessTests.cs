using System.Globalization;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Jobs.Objects;

namespace Artorizer.IntegrationTests.Stores.Embedded;

/// <summary>What concerns the process as a whole: the lock, memory, leftovers.</summary>
public sealed class EmbeddedProcessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_process_on_the_same_directory_is_refused_with_one_sentence()
    {
        using var directory = new TemporaryFolder();
        using var child = new ChildProcess("hold", directory.Path);
        await child.SeesAsync("ready", Token);

        var exception = await Assert.ThrowsAsync<DataDirectoryInUseException>(() => EmbeddedStoreSet.OpenAsync(directory.Path));

        Assert.Contains(directory.Path, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        await child.KillAsync();
        await using var stores = await EmbeddedStoreSet.OpenAsync(directory.Path);
    }

    [Fact]
    public async Task The_same_process_cannot_open_it_twice_either()
    {
        using var directory = new TemporaryFolder();
        await using var stores = await EmbeddedStoreSet.OpenAsync(directory.Path);
        await Assert.ThrowsAsync<DataDirectoryInUseException>(() => EmbeddedStoreSet.OpenAsync(directory.Path));
    }

    [Fact]
    public async Task Storing_256_MiB_grows_the_process_by_far_less_than_32_MiB()
    {
        using var directory = new TemporaryFolder();
        using var child = new ChildProcess("put", directory.Path);
        Assert.Equal(0, await child.WaitAsync());
        Assert.InRange(long.Parse(Assert.Single(child.Lines), CultureInfo.InvariantCulture), 0, 12 * 1024 * 1024);
    }

    [Fact]
    public async Task An_idle_listener_costs_little_memory_and_no_thread()
    {
        using var directory = new TemporaryFolder();
        using var child = new ChildProcess("listen", directory.Path);
        Assert.Equal(0, await child.WaitAsync());
        var numbers = Assert.Single(child.Lines).Split(' ').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        Assert.InRange(numbers[0], 0, 20_000);
        Assert.InRange(numbers[1], -100, 20);
    }

    [Fact]
    public async Task Files_that_no_row_names_are_swept_at_the_next_start()
    {
        using var directory = new TemporaryFolder();
        await using (var stores = await EmbeddedStoreSet.OpenAsync(directory.Path))
        {
            await stores.Objects.PutAsync("kept", new ZeroStream(200_000), new ObjectPutOptions(), Token);
        }

        var objects = Path.Combine(directory.Path, "objects");
        var kept = Assert.Single(Directory.GetFiles(objects, "*", SearchOption.AllDirectories));
        Directory.CreateDirectory(Path.Combine(objects, "7f"));
        await File.WriteAllTextAsync(Path.Combine(objects, "7f", "00000001-00000000ff"), "left by a crash", Token);
        await File.WriteAllTextAsync(Path.Combine(objects, "tmp", "00000001-00000000fe"), "left by a crash", Token);

        await using var again = await EmbeddedStoreSet.OpenAsync(directory.Path);
        await again.StartUpSweep;

        Assert.Equal([kept], Directory.GetFiles(objects, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(900_000)]
    public async Task An_upload_that_breaks_off_leaves_no_file_for_a_moment(int after)
    {
        using var directory = new TemporaryFolder();
        await using var stores = await EmbeddedStoreSet.OpenAsync(directory.Path);

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(
            () => stores.Objects.PutAsync("k", new BreakingStream(after), new ObjectPutOptions(), Token));

        Assert.Empty(Directory.GetFiles(Path.Combine(directory.Path, "objects"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Secrets_and_data_are_readable_by_their_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // No file modes there.
        }

        using var directory = new TemporaryFolder();
        var data = Path.Combine(directory.Path, "data");
        await using var stores = await EmbeddedStoreSet.OpenAsync(data);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data, "signing.key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(data));
    }

    [Fact]
    public async Task A_listener_to_all_that_falls_behind_loses_the_oldest()
    {
        using var directory = new TemporaryFolder();
        await using var stores = await EmbeddedStoreSet.OpenAsync(directory.Path, options => options.EventBuffer = 16);
        var job = await stores.Jobs.CreateAsync(new Job { Id = "j", Type = "echo", Owner = "alice", Status = JobStatus.Processing }, Token);
        await using var events = stores.Events.SubscribeAllAsync(Token).GetAsyncEnumerator(Token);
        var first = events.MoveNextAsync();
        for (var i = 0; i < 100; i++)
        {
            await stores.Events.PublishAsync(new JobEvent { JobId = job.Job.Id, Type = JobEventTypes.Progress }, Token);
        }

        Assert.True(await first);
        Assert.True(await events.MoveNextAsync());

        Assert.Equal(85, events.Current.Sequence);
    }

    [Fact]
    public async Task Closing_lets_everyone_go()
    {
        using var directory = new TemporaryFolder();
        var stores = await EmbeddedStoreSet.OpenAsync(directory.Path);
        var leasing = stores.Queue.LeaseAsync(Token);
        await using var events = stores.Events.SubscribeAsync("j", 0, Token).GetAsyncEnumerator(Token);
        await using var all = stores.Events.SubscribeAllAsync(Token).GetAsyncEnumerator(Token);
        var waiting = events.MoveNextAsync();
        var waitingForAll = all.MoveNextAsync();
        Assert.Equal(1, stores.ListenedJobs);

        await stores.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => leasing);
        Assert.False(await waiting);
        Assert.False(await waitingForAll);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stores.Queue.LeaseAsync(Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stores.Jobs.DeleteAsync("j", Token));
        Assert.Equal(0, stores.ListenedJobs);
    }
}
