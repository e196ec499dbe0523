using System.Security.Cryptography;
using Artorizer.Client;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.IntegrationTests.Api;
using Artorizer.IntegrationTests.Uploads;

namespace Artorizer.IntegrationTests.Client;

/// <summary>The client over a network that breaks.</summary>
public sealed class ClientBreakTests(ApiFixture api) : ClientTest(api)
{
    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_task_whose_answer_was_lost_is_not_queued_twice(string protocol)
    {
        await using var network = Network(protocol, Host);
        using var client = Connect(protocol, network);
        var type = $"lost_{protocol}";

        var call = await LoseAnswerAsync(network, type, () => client.QueueAsync(type, 1, Later(), cancellationToken: Token));

        var refused = await RefusedAsync(() => call);
        Assert.Equal((0, false), (refused.Status, refused.IsUnreachable));
        Assert.Single(await JobsAsync(type));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_task_with_a_key_is_asked_for_again_and_queued_once(string protocol)
    {
        await using var network = Network(protocol, Host);
        using var client = Connect(protocol, network);
        var type = $"keyed_{protocol}";

        var call = await LoseAnswerAsync(
            network, type, () => client.QueueAsync(type, 1, Later() with { IdempotencyKey = Guid.NewGuid().ToString() }, cancellationToken: Token));

        var submitted = await call;
        var job = Assert.Single(await JobsAsync(type));
        Assert.Equal((job.JobId, job.TaskId), (submitted.JobId, submitted.TaskId));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task An_image_whose_answer_was_lost_is_one_job(string protocol)
    {
        await using var network = Network(protocol, Host);
        using var client = Connect(protocol, network);

        // Less than what HTTP/2 lets out before the other side has said a word.
        var file = Large(50_000);
        var before = (await JobsAsync(ProtectionTask.TypeName)).Count;

        network.Muted = true;
        using var image = new MemoryStream(file);
        var call = client.ProtectAsync(image, "a.jpg", Settings, cancellationToken: Token);
        await Eventually.TrueAsync(async () => (await JobsAsync(ProtectionTask.TypeName)).Count > before);
        network.Muted = false;
        network.Break();

        var submitted = await call;
        Assert.Equal(JobStatus.Completed, (await client.WaitForJobAsync(submitted.JobId, Token)).Status);
        Assert.Equal(before + 1, (await JobsAsync(ProtectionTask.TypeName)).Count);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("protobuf")]
    public async Task A_large_upload_goes_on_after_each_of_many_breaks(string protocol)
    {
        // More breaks than retries, and none of the connections could carry the whole.
        var file = Large(3_000_000);
        int[] cuts = [400_000, 300_000, 200, 350_000, 300_000, 250_000, 200_000, 300_000];
        await using var network = Network(protocol, Host, upCuts: cuts);
        using var client = Connect(protocol, network);
        using var image = new MemoryStream(file);

        var submitted = await client.ProtectAsync(image, "large.jpg", Settings, cancellationToken: Token);

        Assert.Equal(cuts.Length, network.Cuts);
        Assert.True(network.Up < 2 * file.Length, $"{network.Up} bytes went up.");
        Assert.Equal(JobStatus.Completed, (await client.WaitForJobAsync(submitted.JobId, Token)).Status);
        using var original = new MemoryStream();
        await client.DownloadAsync(submitted.JobId, "original", original, cancellationToken: Token);
        Assert.Equal(SHA256.HashData(file), SHA256.HashData(original.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_download_goes_on_after_each_of_many_breaks(string protocol)
    {
        var file = Large(3_000_000);
        var id = await Client.SubmitAsync(file, "large.jpg");
        await Client.EndOfAsync(id);

        // More breaks than retries: what moves is not given up.
        int[] cuts = [1, 100_000, 400_000, 50_000, 700_000, 200_000, 300_000];
        await using var network = Network(protocol, Host, cuts);
        using var client = Connect(protocol, network);
        using var copy = new MemoryStream();
        var told = new List<long>();

        var info = await client.DownloadAsync(id, "original", copy, downloaded: new Told(told), cancellationToken: Token);

        Assert.Equal(cuts.Length, network.Cuts);
        Assert.Equal(file.Length, info.Length);
        Assert.Equal(SHA256.HashData(file), SHA256.HashData(copy.ToArray()));
        Assert.Equal(told.Order(), told);
    }

    [Fact]
    public async Task Every_event_of_a_job_comes_once_by_each_transport()
    {
        var id = await Client.QueueAsync(new { type = "sleep", data = new { ms = 15_000 } });

        var heard = await Task.WhenAll(ArtorizerClient.Protocols.Select(protocol => Task.Run(async () =>
        {
            await using var network = Network(protocol, Host);
            using var client = Connect(protocol, network);
            var events = new List<JobEventView>();
            await foreach (var change in client.WatchJobAsync(id, cancellationToken: Token))
            {
                events.Add(change);
                if (events.Count <= 2)
                {
                    network.Break();
                }
            }

            return (Protocol: protocol, Events: events, Connections: network.Passed);
        })));

        Assert.All(heard, h =>
        {
            Assert.Equal(Enumerable.Range(1, h.Events.Count).Select(n => (long)n), h.Events.Select(e => e.Sequence));
            Assert.Equal((h.Protocol, JobEventTypes.Completed), (h.Protocol, h.Events[^1].Type));
            Assert.True(h.Connections >= 2, $"{h.Protocol}: {h.Connections}");
        });
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_stream_of_tasks_goes_on_after_a_break_with_what_was_missed(string protocol)
    {
        await using var network = Network(protocol, Host);
        using var client = Connect(protocol, network);
        var type = $"stream_break_{protocol}";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var stream = client.StreamTasksAsync(new TaskFilter { TaskTypes = [type] }, stop.Token).GetAsyncEnumerator(Token);

        // Nothing is told of what was there before; so what comes is new, and the stream is open by then.
        var next = stream.MoveNextAsync().AsTask();
        var first = await ReachAsync();
        network.Muted = true;
        var second = await QueueAsync();
        network.Muted = false;
        network.Break();

        var seen = new HashSet<int>();
        while (!seen.IsSupersetOf([first, second]))
        {
            Assert.True(await next);
            seen.Add(stream.Current.Id);
            next = stream.MoveNextAsync().AsTask();
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await next)
            {
                next = stream.MoveNextAsync().AsTask();
            }
        });

        async Task<int> QueueAsync() => (int)(await Client.JobAsync(await Client.QueueAsync(new { type, delay_ms = 3_600_000 })))["task_id"]!;

        async Task<int> ReachAsync()
        {
            var id = 0;
            await Eventually.TrueAsync(async () =>
            {
                id = await QueueAsync();
                return next.IsCompleted;
            });
            return id;
        }
    }

    private static TaskOptions Later() => new() { Delay = TimeSpan.FromHours(1) };

    // The request arrives and is done, and nobody hears of it.
    private async Task<Task<TaskSubmittedView>> LoseAnswerAsync(BreakingProxy network, string type, Func<Task<TaskSubmittedView>> queue)
    {
        network.Muted = true;
        var call = queue();
        await Eventually.TrueAsync(async () => (await JobsAsync(type)).Count > 0);
        network.Muted = false;
        network.Break();
        return call;
    }

    private async Task<List<JobView>> JobsAsync(string type)
    {
        using var direct = Connect("json");
        var jobs = new List<JobView>();
        await foreach (var job in direct.ListJobsAsync(new JobFilter { Type = type }, Token))
        {
            jobs.Add(job);
        }

        return jobs;
    }

    private sealed class Told(List<long> values) : IProgress<long>
    {
        public void Report(long value) => values.Add(value);
    }
}
