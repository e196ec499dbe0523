using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Jobs;

namespace Artorizer.IntegrationTests.Stores.Embedded;

/// <summary>A process that writes as fast as it can is killed again and again; nothing that it acknowledged may be missing.</summary>
public sealed class CrashTests
{
    private const int Workers = 4;
    private static readonly int Rounds = TestLength.Of(3, 50);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_acknowledged_is_there_after_kill_9_and_nothing_is_half_there()
    {
        using var directory = new TemporaryFolder();
        var lines = new List<string[]>();
        var random = new Random(4711);
        for (var round = 0; round < Rounds; round++)
        {
            using var child = new ChildProcess("load", directory.Path);

            // In full swing on a slow machine too, and then at any moment.
            await child.SeesAsync("done", Token);
            await child.SeesAsync("object", Token);
            await Task.Delay(random.Next(0, 500), Token);
            await child.KillAsync();
            lines.AddRange(child.Lines.Select(line => line.Split(' ')));
        }

        ILookup<string, string[]> said = lines.ToLookup(line => line[0]);
        Assert.NotEmpty(said["job"]);
        Assert.NotEmpty(said["done"]);
        Assert.NotEmpty(said["object"]);
        await using var stores = await EmbeddedStoreSet.OpenAsync(directory.Path);
        await stores.StartUpSweep;
        await CheckJobsAsync(stores, said);
        await CheckObjectsAsync(stores, said["object"], directory.Path);
    }

    private static async Task CheckJobsAsync(EmbeddedStores stores, ILookup<string, string[]> said)
    {
        var jobs = new Dictionary<string, Job>();
        for (int? cursor = int.MaxValue; cursor is not null;)
        {
            var page = await stores.Jobs.ListAsync(new JobQuery { Limit = 1000, Cursor = cursor }, Token);
            page.Jobs.ToList().ForEach(job => jobs.Add(job.Id, job));
            cursor = page.NextCursor;
        }

        // Every acknowledged job with its number; numbers without repeats; counters that agree with the rows.
        Assert.All(said["job"], line => Assert.Equal(line[2], jobs[line[1]].TaskId.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(jobs.Count, (await stores.Jobs.CountAsync(Token)).Queued);

        // Its events are there without a gap, the first one written with the job.
        foreach (var line in said["event"])
        {
            await using var events = stores.Events.SubscribeAsync(line[1], 0, Token).GetAsyncEnumerator(Token);
            for (var sequence = 1; sequence <= int.Parse(line[2], System.Globalization.CultureInfo.InvariantCulture); sequence++)
            {
                Assert.True(await events.MoveNextAsync());
                Assert.Equal(sequence, events.Current.Sequence);
            }
        }

        // What is in the queue: all that was not done, and nothing that was.
        var depth = await stores.Queue.GetDepthAsync(Token);
        Assert.Equal((0, 0), (depth.Delayed, depth.Leased));
        var waiting = new HashSet<string>();
        for (var i = 0; i < depth.Ready; i++)
        {
            var lease = await stores.Queue.LeaseAsync(Token);
            Assert.True(waiting.Add(lease.Message.JobId));
            Assert.Contains(lease.Message.JobId, jobs.Keys);
        }

        var done = said["done"].Select(line => line[1]).ToHashSet();
        Assert.Empty(done.Intersect(waiting));

        // Done without having said so: at most what each worker had in hand when it was killed.
        Assert.InRange(jobs.Keys.Except(waiting).Except(done).Count(), 0, Workers * Rounds);
        Assert.Equal(said["done"].Count(), done.Count);
    }

    private static async Task CheckObjectsAsync(EmbeddedStores stores, IEnumerable<string[]> objects, string directory)
    {
        foreach (var line in objects)
        {
            await using var content = await stores.Objects.OpenAsync(line[1], 0, null, Token);
            Assert.NotNull(content);
            var hash = await System.Security.Cryptography.SHA256.HashDataAsync(content.Stream, Token);
            Assert.Equal(line[2], Convert.ToHexStringLower(hash)[..32]);
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(directory, "objects", "tmp")));

        // After the sweep there is no file that no row names, so removing all objects leaves none.
        await stores.Objects.DeletePrefixAsync("objects/", Token);
        Assert.Empty(Directory.GetFiles(Path.Combine(directory, "objects"), "*", SearchOption.AllDirectories));
    }
}
