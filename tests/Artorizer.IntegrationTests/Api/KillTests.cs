using System.Collections.Concurrent;

namespace Artorizer.IntegrationTests.Api;

/// <summary>The host is killed under load, again and again, as a power cut would. Every job that was acknowledged must end, once.</summary>
[Collection(nameof(OwnHosts))]
public sealed class KillTests(ApiFixture api) : ApiTest(api)
{
    private const int Clients = 4;

    // A job that is interrupted ten times is taken for the cause; here it is not.
    private static readonly Dictionary<string, string?> Settings = new() { ["Worker:MaxDeliveries"] = "1000" };
    private readonly ConcurrentDictionary<string, bool> _accepted = new();

    [Fact]
    public async Task Every_accepted_job_ends_once_however_often_the_host_is_killed()
    {
        var kills = TestLength.Of(3, 50);
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        var random = new Random(7);
        for (var i = 0; i < kills; i++)
        {
            await using var victim = await ArtorizerHost.StartAsync(Settings, data);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var load = Enumerable.Range(0, Clients).Select(client => SubmitAsync(victim, client, end.Token)).ToArray();
            await Task.Delay(random.Next(300, 1500), Token);
            await victim.KillAsync();
            await end.CancelAsync();
            await Task.WhenAll(load);
        }

        var survivor = await StartAsync(Settings, data);
        var attempts = 0;
        var (completed, failed) = (0, 0);
        foreach (var (jobId, isImage) in _accepted)
        {
            var job = await survivor.Client.EndOfAsync(jobId);
            attempts += (int)job["attempts"]! - 1;
            _ = (string?)job["status"] == "completed" ? completed++ : failed++;
            Assert.True((string?)job["status"] == "completed", job.ToJsonString());
            var ends = 0;
            await foreach (var e in survivor.Client.EventsAsync(jobId, null, Token))
            {
                ends += e.IsEnd ? 1 : 0;
            }

            Assert.Equal(1, ends);
            if (isImage)
            {
                Assert.NotEmpty(await survivor.Client.GetByteArrayAsync(new Uri($"jobs/{jobId}/download/protected", UriKind.Relative), Token));
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kills} kills, {_accepted.Count} jobs accepted ({_accepted.Count(job => job.Value)} images): "
                + $"{completed} completed, {failed} failed, {attempts} attempts repeated");
        Assert.True(_accepted.Count > kills, "There was no load.");

        // Nothing is left over: no message without a job, no file without a job, at most one stored end for each job.
        await Eventually.TrueAsync(async () => (await StoredState.ReadAsync(data)).Messages.Count == 0);
        var stored = await StoredState.ReadAsync(data);
        Assert.Equal(0, stored.JobsEndedTwice);
        Assert.DoesNotContain(stored.ObjectsWithoutJob, key => _accepted.ContainsKey(key.Split('/')[1]));
        await survivor.StopAsync();

        // An upload that was cut off between its file and its job leaves the file, for the sweep.
        var sweeper = await StartAsync(
            new Dictionary<string, string?>(Settings) { ["Worker:OrphanInterval"] = "00:00:01", ["Worker:OrphanAge"] = "00:00:01" }, data);
        await Eventually.TrueAsync(async () => (await StoredState.ReadAsync(data)).ObjectsWithoutJob.Count == 0);
        Assert.True((await StoredState.ReadAsync(data)).Objects.Count >= 6 * _accepted.Count(job => job.Value));
        await sweeper.StopAsync();
        Directory.Delete(data, recursive: true);
    }

    private async Task SubmitAsync(ArtorizerHost host, int client, CancellationToken cancellationToken)
    {
        using var http = host.NewClient();
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            try
            {
                var isImage = (i + client) % 4 == 0;
                var jobId = isImage ? await http.SubmitAsync(Api.Picture(i % 2 == 0 ? "tiny.png" : "small.jpg"), "a" + (i % 2 == 0 ? ".png" : ".jpg"))
                    : await http.QueueAsync(
                        i % 2 == 0 ? new { type = "echo", data = (object)i } : new { type = "sleep", data = (object)new { ms = 20 } });

                // Acknowledged: from here on the job must not be lost.
                _accepted[jobId] = isImage;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // Killed in the middle: not acknowledged.
                if (e is HttpRequestException)
                {
                    await Task.Delay(20, CancellationToken.None);
                }
            }
        }
    }
}
