using System.Globalization;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.TaskRpc;
using Artorizer.IntegrationTests.Api;

namespace Artorizer.IntegrationTests.Tasks;

/// <summary>Listeners that ask for events and do not read them.</summary>
public sealed class SlowListenerTests(TaskFixture fixture) : TaskTest(fixture)
{
    private const int Reports = 20_000;
    private const int Changes = 16;
    private const int ChangeBytes = 256 * 1024;
    private const int OfEachKind = 8;

    // Connections of this test that read, or have more than one stream.
    private const int Others = 4;
    private const long Mebibyte = 1 << 20;

    [Fact]
    public async Task They_cost_little_and_are_cut_off_while_others_hear_everything()
    {
        await using var host = await ExampleHost.StartAsync(("Limits:MaxReadPause", "00:00:02"), ("Uploads:KeepAlive", "00:00:02"));
        var port = host.Client.BaseAddress!.Port;
        var grpcPort = int.Parse(host.Target.Split(':')[1], CultureInfo.InvariantCulture);

        // Megabytes of events, in two ways: many that are small, and some that are large. As long as the system takes what is sent
        // to a peer, it is the ping that finds the peer out.
        var jobId = await host.Client.QueueAsync(new { type = "count_words", data = Enumerable.Repeat("a", Reports) });
        await host.Client.EndOfAsync(jobId);
        var all = await HearAsync(host, jobId);
        var before = host.ResidentBytes();
        var sockets = host.OpenSockets();
        var peers = new List<RawPeer>();
        for (var i = 0; i < OfEachKind; i++)
        {
            peers.Add(await RawPeer.GetAsync(port, $"jobs/{jobId}/events", 200));
            peers.Add(await RawPeer.UpgradeAsync(port, $"jobs/{jobId}/progress"));
            peers.Add(await RawPeer.CallAsync(grpcPort, "artorizer.v1.Protection/WatchJob", new WatchJobRequest { JobId = jobId }, wide: true));
            peers.Add(await RawPeer.GetAsync(port, "api/tasks/stream", 200));
            peers.Add(await RawPeer.CallAsync(grpcPort, "taskdaemon.TaskDaemon/StreamTasks", new StreamRequest(), wide: true));
        }

        // This one reads its connection, but takes no more than 64 KiB of the stream: that alone is ended.
        using var narrow = await RawPeer.CallAsync(grpcPort, "artorizer.v1.Protection/WatchJob", new WatchJobRequest { JobId = jobId }, wide: false);
        var reset = narrow.ResetAsync();
        var others = HearChangesAsync(host);
        for (var i = 0; i < Changes; i++)
        {
            await host.Client.QueueAsync(new { type = "echo", data = new string('x', ChangeBytes) });
        }

        Assert.InRange(await reset, 1, ushort.MaxValue);
        Assert.False(narrow.IsCut);
        var peak = 0L;
        await Eventually.TrueAsync(() =>
        {
            peak = Math.Max(peak, host.ResidentBytes());
            return host.OpenSockets() <= sockets + Others;
        });
        peers.ForEach(p => p.Dispose());
        Assert.True(peak - before < 160 * Mebibyte, $"It grew by {(peak - before) / Mebibyte} MiB.");
        Assert.Equal(Changes, await others);
        Assert.Equal(all[100..], await HearAsync(host, jobId, "100"));
    }

    /// <summary>Numbers of a job's events.</summary>
    private static async Task<List<long>> HearAsync(ExampleHost host, string jobId, string? after = null)
    {
        var numbers = new List<long>();
        await foreach (var e in host.Client.EventsAsync(jobId, after, Token))
        {
            numbers.Add(e.Sequence);
        }

        Assert.Equal(Enumerable.Range((int)numbers[0], numbers.Count).Select(n => (long)n), numbers);
        Assert.True(numbers[^1] > Reports);
        return numbers;
    }

    /// <summary>Waits until every task has been told as completed, and counts them.</summary>
    private static async Task<int> HearChangesAsync(ExampleHost host)
    {
        var completed = new HashSet<long>();
        await foreach (var e in host.Client.EventsOfAsync("api/tasks/stream?task_types=echo&include_existing=true", null, Token))
        {
            if ((string?)e.Data["status"] == "completed" && completed.Add(e.Sequence) && completed.Count == Changes)
            {
                break;
            }
        }

        return completed.Count;
    }
}
