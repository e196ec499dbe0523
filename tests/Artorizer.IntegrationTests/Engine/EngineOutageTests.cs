using System.Globalization;
using Artorizer.IntegrationTests.Api;
using Artorizer.LocalServers;

namespace Artorizer.IntegrationTests.Engine;

/// <summary>
/// Image engines that are gone, hang, are full or stop, while a worker has jobs for them. What was taken away is given back in some
/// of these tests and in others not: a fault that is always mended hides what happens when nobody mends it.
/// </summary>
public sealed class EngineOutageTests(EngineFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_waits_while_there_is_no_engine_and_goes_on_when_one_comes()
    {
        var address = FreeAddresses(1)[0];
        await using var host = await StartHostAsync([address]);
        var jobId = await host.Client.SubmitAsync(Picture(), "a.png");

        var waiting = await host.Client.WaitAsync(jobId, job => job["waiting_for"] is not null);
        Assert.Equal(("queued", "engine", 0), ((string?)waiting["status"], (string?)waiting["waiting_for"], (int)waiting["attempts"]!));
        Assert.Equal("engine_unavailable", (string?)waiting["error"]!["code"]);
        Assert.True((DateTimeOffset)waiting["waiting_since"]! >= (DateTimeOffset)waiting["submitted_at"]!);
        Assert.Equal("engine", (await FirstWaitAsync(host, jobId)).WaitingFor);
        Assert.Equal("degraded", (string?)(await host.Client.GetJsonAsync("health"))["status"]);

        await using var engine = await ProcessorProcess.StartAsync([], Token, address);
        var done = await host.Client.EndOfAsync(jobId);
        Assert.Equal(("completed", 1), ((string?)done["status"], (int)done["attempts"]!));
        Assert.Null(done["waiting_for"]);
        Assert.Contains("No image engine can be reached", host.Output, StringComparison.Ordinal);
        Assert.Contains("Connected to the image engine", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_has_waited_long_enough_is_given_up_and_can_be_redriven()
    {
        var address = FreeAddresses(1)[0];
        await using var host = await StartHostAsync([address], ("Worker:MaxWait", "00:00:01"));
        var jobId = await host.Client.SubmitAsync(Picture(), "a.png");
        var failed = await host.Client.EndOfAsync(jobId);
        Assert.Equal(("failed", "engine_unavailable"), ((string?)failed["status"], (string?)failed["error"]!["code"]));
        Assert.Null(failed["waiting_for"]);

        await using var engine = await ProcessorProcess.StartAsync([], Token, address);
        using var answer = await host.Client.PostAsync(new Uri($"jobs/{jobId}/redrive", UriKind.Relative), null, Token);
        answer.EnsureSuccessStatusCode();
        Assert.Equal("completed", (string?)(await host.Client.EndOfAsync(jobId))["status"]);
    }

    [Fact]
    public async Task One_of_two_engines_dead_from_the_start_and_for_good_costs_no_job_an_attempt()
    {
        var addresses = FreeAddresses(2);
        await using var engine = await ProcessorProcess.StartAsync([], Token, addresses[1]);
        await using var host = await StartHostAsync(addresses);
        var jobs = await SubmitAsync(host, 40);
        await AssertAllCompletedAsync(host, jobs, attempts: 1);

        // The ways in which the caller waits go by the same addresses.
        foreach (var via in (string[])["grpc", "direct", "storage"])
        {
            for (var i = 0; i < 4; i++)
            {
                using var answer = await host.Client.ProtectAsync(Picture(), "a.png", ("via", via));
                Assert.True(answer.IsSuccessStatusCode, $"{via}: {await answer.Content.ReadAsStringAsync(Token)}");
            }
        }
    }

    [Fact]
    public async Task One_of_two_engines_killed_for_good_in_the_middle_of_work_fails_no_job()
    {
        var addresses = FreeAddresses(2);
        await using var killed = await ProcessorProcess.StartAsync([], Token, addresses[0]);
        await using var engine = await ProcessorProcess.StartAsync([], Token, addresses[1]);
        await using var host = await StartHostAsync(addresses, ("Worker:RetryDelay", "00:00:00.100"));
        var jobs = await SubmitAsync(host, 60);
        await killed.KillAsync();
        await AssertAllCompletedAsync(host, [.. jobs, .. await SubmitAsync(host, 20)], attempts: 2);
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task Both_engines_dead_and_one_back_later_completes_every_job()
    {
        var addresses = FreeAddresses(2);
        await using var first = await ProcessorProcess.StartAsync([], Token, addresses[0]);
        await using var second = await ProcessorProcess.StartAsync([], Token, addresses[1]);
        await using var host = await StartHostAsync(addresses, ("Worker:RetryDelay", "00:00:00.100"));
        var jobs = await SubmitAsync(host, 30);
        await first.KillAsync();
        await second.KillAsync();
        jobs = [.. jobs, .. await SubmitAsync(host, 10)];
        await Task.Delay(TestLength.Of(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1)), Token);

        await using var back = await ProcessorProcess.StartAsync([], Token, addresses[1]);
        await AssertAllCompletedAsync(host, jobs, attempts: 2);
    }

    [Fact]
    public async Task An_engine_that_hangs_holds_jobs_up_for_seconds_and_fails_none()
    {
        var addresses = FreeAddresses(2);
        await using var hung = await ProcessorProcess.StartAsync([], Token, addresses[0]);
        await using var engine = await ProcessorProcess.StartAsync([], Token, addresses[1]);
        await using var host = await StartHostAsync(addresses, ("Worker:RetryDelay", "00:00:00.100"));
        await AssertAllCompletedAsync(host, await SubmitAsync(host, 4), attempts: 1);
        hung.Signal(Signals.Stop);
        await AssertAllCompletedAsync(host, await SubmitAsync(host, 12), attempts: 2);
        hung.Signal(Signals.Continue);
        await AssertAllCompletedAsync(host, await SubmitAsync(host, 4), attempts: 1);
    }

    [Fact]
    public async Task Engines_that_are_full_are_waited_for()
    {
        var address = FreeAddresses(1)[0];
        await using var engine = await ProcessorProcess.StartAsync(
            new() { ["Processor__Concurrency"] = "1", ["Processor__QueueLength"] = "0" }, Token, address);
        await using var host = await StartHostAsync([address], ("Worker:Concurrency", "8"));
        await AssertAllCompletedAsync(host, await SubmitAsync(host, 24), attempts: 1);
    }

    [Fact]
    public async Task Engines_that_are_replaced_one_by_one_fail_no_job_and_cost_no_attempt()
    {
        var addresses = FreeAddresses(2);
        await using var first = await ProcessorProcess.StartAsync([], Token, addresses[0]);
        await using var second = await ProcessorProcess.StartAsync([], Token, addresses[1]);
        await using var host = await StartHostAsync(addresses);
        var jobs = await SubmitAsync(host, 30);
        Assert.Equal(0, await first.StopAsync());
        await using var firstAnew = await ProcessorProcess.StartAsync([], Token, addresses[0]);
        jobs = [.. jobs, .. await SubmitAsync(host, 10)];
        Assert.Equal(0, await second.StopAsync());
        await using var secondAnew = await ProcessorProcess.StartAsync([], Token, addresses[1]);
        await AssertAllCompletedAsync(host, [.. jobs, .. await SubmitAsync(host, 10)], attempts: 1);
    }

    [Fact]
    public async Task A_picture_that_kills_its_engine_every_time_runs_out_of_attempts_by_the_engines_last_word()
    {
        var addresses = FreeAddresses(2);
        await using var host = await StartHostAsync(addresses, ("Worker:RetryDelay", "00:00:03"));
        var poison = await host.Client.SubmitAsync(LargePicture(), "large.png");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            // Whichever engine takes it dies, as if of it.
            await using var engine = await ProcessorProcess.StartAsync([], Token, addresses[attempt % 2]);
            await host.Client.WaitAsync(poison, job => (int)job["attempts"]! == attempt && (string?)job["status"] == "processing"
                && job["steps"]!.AsArray().Any(step => (string?)step!["status"] == "running"));
            await engine.KillAsync();
        }

        var failed = await host.Client.EndOfAsync(poison);
        Assert.Equal(("failed", 3, "engine_unavailable"), ((string?)failed["status"], (int)failed["attempts"]!, (string?)failed["error"]!["code"]));
        Assert.StartsWith("The image engine ended while it worked on '", (string?)failed["error"]!["message"], StringComparison.Ordinal);
        Assert.Contains(
            "1 dead letters",
            (await host.Client.GetJsonAsync("health"))["components"]!["queue"]!["description"]!.ToString(),
            StringComparison.Ordinal);
    }

    private static Uri[] FreeAddresses(int count) =>
        [.. LocalProcess.FreePorts(count).Select(port => new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")))];

    // The single process with a worker that knows engines elsewhere, by service discovery.
    private static Task<EmbeddedArtorizerHost> StartHostAsync(Uri[] engines, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["Engine:Address"] = "http://_grpc.processor", ["Worker:Concurrency"] = "4" };
        for (var i = 0; i < engines.Length; i++)
        {
            all[string.Create(CultureInfo.InvariantCulture, $"services:processor:grpc:{i}")] = engines[i].GetLeftPart(UriPartial.Authority);
        }

        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return EmbeddedArtorizerHost.LaunchAsync(all, null, []);
    }

    private byte[] Picture() => Pictures.Fresh(File.ReadAllBytes(fixture.PathOf("tiny.png")));

    // Of noise, so that decoding it takes a while.
    private static byte[] LargePicture()
    {
        using var noise = NetVips.Image.Gaussnoise(8000, 6000);
        using var grey = noise.Cast(NetVips.Enums.BandFormat.Uchar);
        return grey.PngsaveBuffer(compression: 1);
    }

    private async Task<string[]> SubmitAsync(ArtorizerHost host, int count)
    {
        var jobs = new string[count];
        for (var i = 0; i < count; i++)
        {
            jobs[i] = await host.Client.SubmitAsync(Picture(), "a.png");
        }

        return jobs;
    }

    private static async Task AssertAllCompletedAsync(ArtorizerHost host, string[] jobs, int attempts)
    {
        foreach (var jobId in jobs)
        {
            var job = await host.Client.EndOfAsync(jobId);
            Assert.True((string?)job["status"] == "completed" && (int)job["attempts"]! <= attempts, job.ToJsonString());
        }
    }

    private static async Task<(string Type, string? WaitingFor)> FirstWaitAsync(ArtorizerHost host, string jobId)
    {
        await foreach (var e in host.Client.EventsAsync(jobId, null, Token))
        {
            if ((string?)e.Data["waiting_for"] is { } missing)
            {
                return (e.Type, missing);
            }
        }

        throw new InvalidOperationException("The job ended without a word of waiting.");
    }
}
