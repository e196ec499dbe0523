using System.Globalization;
using Artorizer.Testing.Topology;

namespace Artorizer.IntegrationTests.Distributed;

/// <summary>
/// Parts of the system fail under load, one after the other; nothing that was accepted may be lost or end twice.
/// <c>ARTORIZER_FAULT_ROUNDS</c> (default 1) sets how often each fault happens, <c>ARTORIZER_FAULT_JOBS</c> (default 100) how
/// many jobs are in flight each time; <c>ARTORIZER_FAULT_REPORT</c> names a file to which a line is added for each fault.
/// </summary>
[Collection(nameof(DistributedCollection))]
public sealed class FaultTests(FaultFixture faults) : IClassFixture<FaultFixture>
{
    // As long as an orchestrator takes to notice and to start another.
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StorageOutage = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan NetworkOutage = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EngineOutage = TestLength.Of(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));

    // How each fault strikes, and what ends it. What is dead for good stays so until all jobs have ended: a fault that is always
    // mended hides what happens when nobody mends it.
    private static readonly Dictionary<string, Fault> Faults = new()
    {
        ["kill -9 of a worker"] = new(
            (f, round) => f.Topology.Workers[round % 2].KillAsync(Token), (f, round) => ReplaceAsync(f.Topology.Workers[round % 2])),
        ["kill -9 of a processor"] = new(
            (f, round) => f.Topology.Processors[round % 2].KillAsync(Token), (f, round) => ReplaceAsync(f.Topology.Processors[round % 2])),
        ["kill -9 of the router"] = new((f, _) => f.Topology.Routers[0].KillAsync(Token), (f, _) => ReplaceAsync(f.Topology.Routers[0])),
        ["restart of Redis"] = new((f, _) => f.Topology.Cache.StopAsync(Token), (f, _) => f.Topology.Cache.StartAsync(Token)),
        ["restart of RabbitMQ"] = new((f, _) => f.Topology.Queue.StopAsync(Token), (f, _) => f.Topology.Queue.StartAsync(Token)),
        ["S3 server away for 10 s"] = new((f, _) => f.Topology.Storage.StopAsync(Token), async (f, _) =>
        {
            await Task.Delay(StorageOutage, Token);
            await f.Topology.Storage.StartAsync(Token);
        }),
        ["network to the processors cut for 5 s"] = new((f, _) => f.SetNetworkAsync(connected: false), async (f, _) =>
        {
            await Task.Delay(NetworkOutage, Token);
            await f.SetNetworkAsync(connected: true);
        }),
        ["a worker dead for good"] = new(
            (f, round) => f.Topology.Workers[round % 2].KillAsync(Token), Nothing, (f, round) => f.Topology.Workers[round % 2].StartAsync(Token)),
        ["a processor dead for good"] = new(
            (f, round) =>
                f.Topology.Processors[round % 2].KillAsync(Token), Nothing, (f, round) => f.Topology.Processors[round % 2].StartAsync(Token)),
        ["both processors dead, one back later"] = new(
            (f, _) => Task.WhenAll(f.Topology.Processors.Select(processor => processor.KillAsync(Token))),
            async (f, round) =>
            {
                await Task.Delay(EngineOutage, Token);
                await f.Topology.Processors[round % 2].StartAsync(Token);
            },
            (f, round) => f.Topology.Processors[(round + 1) % 2].StartAsync(Token)),
    };

    // The rest belongs to the long form: it fails alike, has tests of its own with the stores, or, as engines that are gone for good,
    // in EngineOutageTests.
    private static readonly string[] Usual = ["kill -9 of a worker", "restart of Redis", "S3 server away for 10 s"];

    // Left out here, for traits of single rows are not filtered by.
    public static TheoryData<string> Names => [.. Faults.Keys.Where(static fault => TestLength.IsLong || Usual.Contains(fault))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_accepted_job_ends_once_whatever_fails(string fault)
    {
        var (rounds, jobs) = (Setting("ARTORIZER_FAULT_ROUNDS", 1), Setting("ARTORIZER_FAULT_JOBS", 100));
        var load = new FaultLoad(faults);
        List<double> recovered = [], ended = [];
        for (var round = 0; round < rounds; round++)
        {
            await load.FillAsync(jobs);
            using var stop = new CancellationTokenSource();
            var further = load.KeepOnAsync(stop.Token);
            await Faults[fault].Strike(faults, round);
            var end = Faults[fault].End(faults, round);
            recovered.Add(await FaultLoad.TimeAsync(load.ProbeAsync));
            await end;
            await stop.CancelAsync();
            await further;
            ended.Add(await FaultLoad.TimeAsync(load.AssertEndedOnceAsync));
            await (Faults[fault].Restore?.Invoke(faults, round) ?? Task.CompletedTask);
        }

        Assert.True(load.Accepted >= rounds * jobs);
        await ReportAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"| {fault} | {rounds} | {load.Accepted} | {load.Repeated} | "
                + $"{Median(recovered):0.0} | {recovered.Max() / 1000:0.0} | {ended.Max() / 1000:0.0} |"));
    }

    private static Task Nothing(FaultFixture faults, int round) => Task.CompletedTask;

    private static async Task ReplaceAsync(AppInstance instance)
    {
        await Task.Delay(Absence, Token);
        await instance.StartAsync(Token);
    }

    private static double Median(List<double> milliseconds) => milliseconds.Order().ElementAt(milliseconds.Count / 2) / 1000;

    private static int Setting(string name, int otherwise) =>
        int.Parse(Environment.GetEnvironmentVariable(name) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static async Task ReportAsync(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("ARTORIZER_FAULT_REPORT") is { Length: > 0 } file)
        {
            await File.AppendAllTextAsync(file, line + "\n", Token);
        }
    }

    /// <param name="Strike">Takes something away.</param>
    /// <param name="End">Gives it back, or does nothing.</param>
    /// <param name="Restore">After all jobs have ended, makes everything as before; where <paramref name="End"/> has not.</param>
    private sealed record Fault(
        Func<FaultFixture, int, Task> Strike, Func<FaultFixture, int, Task> End, Func<FaultFixture, int, Task>? Restore = null);
}
