using System.Diagnostics;
using System.Globalization;
using System.Net;
using Artorizer.Client;

namespace Artorizer.IntegrationTests.Api;

/// <summary>A disk that fills up: new work is refused, accepted work goes on.</summary>
[Collection(nameof(OwnHosts))]
public sealed class DiskTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Refuses_new_work_when_the_disk_is_almost_full_and_finishes_what_it_took()
    {
        var data = Directory.CreateTempSubdirectory("artorizer-api-tests-").FullName;
        await using var listener = await WebServer.StartAsync(_ => Task.CompletedTask);
        var host = await StartAsync(
            new Dictionary<string, string?> { ["Worker:Concurrency"] = "1", ["Outbound:AllowedNetworks:0"] = "127.0.0.0/8" }, data);
        var blocker = await host.Client.QueueAsync(new { type = "sleep", priority = 9, data = new { ms = 600_000 } });
        await host.Client.WaitAsync(blocker, job => (string?)job["status"] == "processing");
        var accepted = new List<string>
        {
            await host.Client.SubmitAsync(Api.Picture("photo.jpg"), "photo.jpg"),
            await host.Client.SubmitAsync(Api.Picture("tiny.png"), "tiny.png", ("callback_url", listener.Address.ToString())),
        };
        await host.Client.DeleteAsync(new Uri($"jobs/{blocker}", UriKind.Relative), Token);
        await host.StopAsync();

        // No disk has so much room.
        var full = await StartAsync(
            new Dictionary<string, string?> { ["Embedded:MinFreeBytes"] = long.MaxValue.ToString(CultureInfo.InvariantCulture) }, data);
        using var image = await full.Client.ProtectAsync(Api.Picture("photo.jpg"), "photo.jpg");
        Assert.Equal("Storage full", (string?)(await image.ProblemAsync(HttpStatusCode.InsufficientStorage))["error"]);
        using var task = await full.Client.PostJsonAsync("queue", """{"type":"echo"}""");
        await task.ProblemAsync(HttpStatusCode.InsufficientStorage);
        using var client = new ArtorizerClient(
            full.Address, new ArtorizerClientOptions { Protocol = ArtorizerClientOptions.Grpc, GrpcUrl = full.GrpcAddress });
        var refused = await Assert.ThrowsAsync<ArtorizerException>(() => client.QueueAsync("echo", 1, cancellationToken: Token));
        Assert.Equal((507, false), (refused.Status, refused.IsTransient));

        foreach (var jobId in accepted)
        {
            Assert.Equal("completed", (string?)(await full.Client.EndOfAsync(jobId))["status"]);
            Assert.NotEmpty(await full.Client.GetByteArrayAsync(new Uri($"jobs/{jobId}/download/protected", UriKind.Relative), Token));
        }

        // The callback is a job too, for which there is no room yet; the job that it tells of stays completed.
        await Task.Delay(TimeSpan.FromSeconds(1), Token);
        var told = await full.Client.JobAsync(accepted[1]);
        Assert.Equal(("completed", 1), ((string?)told["status"], (int)told["attempts"]!));
        Assert.Empty(listener.Requests);

        // Deleting needs no room.
        using var deleted = await full.Client.DeleteAsync(new Uri($"jobs/{accepted[0]}", UriKind.Relative), Token);
        await deleted.JsonAsync(HttpStatusCode.OK);
        await full.StopAsync();
        var roomy = await StartAsync(ApiFixture.LoopbackAllowed, data);
        await Eventually.TrueAsync(() => listener.Requests.Count == 1);
        await roomy.StopAsync();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Loses_nothing_when_the_disk_is_full_to_the_last_byte()
    {
        // A tenth of the disk is left; the rest is taken by a file that goes away later.
        using var disk = SmallDisk.Mount(160);
        var ballast = Path.Combine(disk.Folder, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[140 << 20], Token);
        var host = await StartAsync(
            new Dictionary<string, string?>
            {
                ["Embedded:MinFreeBytes"] = "0",
                ["Embedded:LeaseDuration"] = "00:00:02",
                ["Worker:RetryDelay"] = "00:00:00.100",
            },
            Path.Combine(disk.Folder, "data"));
        var accepted = new List<(string JobId, byte[] Picture)>();
        for (var refused = 0; refused < 3;)
        {
            var picture = Api.Picture("photo.png");
            using var answer = await host.Client.ProtectAsync(picture, "photo.png", ("watermark_strategy", "none"));
            if (answer.StatusCode == HttpStatusCode.Accepted)
            {
                accepted.Add(((string)(await answer.JsonAsync(HttpStatusCode.Accepted))["job_id"]!, picture));
            }
            else
            {
                await answer.ProblemAsync(HttpStatusCode.InsufficientStorage);
                refused++;
            }
        }

        Assert.NotEmpty(accepted);
        await Task.Delay(TimeSpan.FromSeconds(2), Token);
        foreach (var (jobId, _) in accepted)
        {
            await host.Client.JobAsync(jobId);
        }

        // Room is made. What was given up meanwhile, for a passing reason, can be started anew.
        File.Delete(ballast);
        foreach (var (jobId, picture) in accepted)
        {
            var job = await host.Client.EndOfAsync(jobId);
            if ((string?)job["status"] == "failed")
            {
                Assert.True((string?)job["error"]!["code"] is "storage_unavailable" or "internal_error" or "engine_unavailable", job.ToJsonString());
                using var answer = await host.Client.PostAsync(new Uri($"jobs/{jobId}/redrive", UriKind.Relative), null, Token);
                await answer.JsonAsync(HttpStatusCode.OK);
                job = await host.Client.EndOfAsync(jobId);
            }

            Assert.True((string?)job["status"] == "completed", job.ToJsonString());
            Assert.Equal(picture, await host.Client.GetByteArrayAsync(new Uri($"jobs/{jobId}/download/original", UriKind.Relative), Token));
        }

        await host.StopAsync();
    }

    /// <summary>A file system of a few MiB in memory; tests run as root or in a namespace that may mount.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private SmallDisk(string folder) => Folder = folder;

        public string Folder { get; }

        public static SmallDisk Mount(int mebibytes)
        {
            var folder = Directory.CreateTempSubdirectory("artorizer-small-disk-").FullName;
            Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", folder);
            return new SmallDisk(folder);
        }

        public void Dispose()
        {
            Run("umount", "-l", Folder);
            Directory.Delete(Folder);
        }

        private static void Run(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }
}
