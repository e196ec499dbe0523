using System.Globalization;
using Artorizer.Contracts.Wire;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Artorizer.Benchmarks.Wire;

/// <summary>Runs the comparison and prints it beside what the older plans estimated.</summary>
public static class WireComparison
{
    private static readonly Dictionary<string, (string Speed, string Size)> Estimates = new()
    {
        ["json"] = ("1", "1"),
        ["msgpack"] = ("2–3", "0.4–0.6"),
        ["protobuf"] = ("5–10", "0.3–0.5"),
        ["thrift-compact"] = ("4–8", "–"),
        ["thrift-binary"] = ("4–8", "–"),
        ["capnp"] = ("10–20", "0.2–0.4"),
        ["capnp-packed"] = ("10–20", "0.2–0.4"),
    };

    // Apart in time, so that a busy minute does not stand in the table.
    private const int Rounds = 3;

    /// <summary>Runs everything in this process; takes about four minutes.</summary>
    public static void Run()
    {
        var job = Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(5)
            .WithIterationCount(60)
            .WithIterationTime(TimeInterval.FromMilliseconds(5))
            .WithEvaluateOverhead(false)
            .WithGcForce(false);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddLogger(NullLogger.Instance).AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance);
        Print([.. Enumerable.Range(0, Rounds).Select(_ => BenchmarkRunner.Run<WireBenchmarks>(config))]);
        PrintField(BenchmarkRunner.Run<WireFieldBenchmarks>(config));
    }

    private static void Print(Summary[] rounds)
    {
        Console.WriteLine("Speeds and sizes relative to compact System.Text.Json; above 1 is faster, below 1 is smaller. In brackets what the older plans estimated.");
        foreach (var scenario in WireScenario.All)
        {
            var jsonSize = scenario.Bytes(WireProtocols.All[0]).Length;
            Console.WriteLine();
            Console.WriteLine($"| {scenario.Name} | size, bytes | of JSON | write, µs | × JSON | read, µs | × JSON | allocated to read |");
            Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|");
            foreach (var protocol in WireProtocols.All)
            {
                var size = scenario.Bytes(protocol).Length;
                var (speed, ratio) = Estimates[protocol.Name];
                var write = Microseconds(rounds, nameof(WireBenchmarks.Serialize), scenario, protocol.Name);
                var read = Microseconds(rounds, nameof(WireBenchmarks.Deserialize), scenario, protocol.Name);
                var writeGain = Microseconds(rounds, nameof(WireBenchmarks.Serialize), scenario, "json") / write;
                var readGain = Microseconds(rounds, nameof(WireBenchmarks.Deserialize), scenario, "json") / read;
                var allocated = rounds.Min(r => Allocated(r, scenario, protocol.Name));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {protocol.Name} | {size:N0} | {(double)size / jsonSize:F2} ({ratio}) | {write:F2} | {writeGain:F1} ({speed}) | {read:F2} | {readGain:F1} ({speed}) | {allocated:N0} B |"));
            }
        }
    }

    private static void PrintField(Summary summary)
    {
        double Nanoseconds(string method) => summary.Reports.Single(r => r.BenchmarkCase.Descriptor.WorkloadMethod.Name == method).ResultStatistics!.Min;
        var json = Nanoseconds(nameof(WireFieldBenchmarks.Json));
        var capnProto = Nanoseconds(nameof(WireFieldBenchmarks.CapnProto));
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"The state of the last job of the large structure alone: JSON {json:F0} ns, Cap'n Proto {capnProto:F0} ns, {json / capnProto:F0} times as fast."));
    }

    // The fastest of many short iterations: what else runs on the machine can only slow one down.
    private static double Microseconds(Summary[] rounds, string method, WireScenario scenario, string protocol) =>
        rounds.Min(r => r[CaseOf(r, method, scenario, protocol)]!.ResultStatistics!.Min) / 1000;

    private static long? Allocated(Summary summary, WireScenario scenario, string protocol)
    {
        var reading = CaseOf(summary, nameof(WireBenchmarks.Deserialize), scenario, protocol);
        return summary[reading]!.GcStats.GetBytesAllocatedPerOperation(reading);
    }

    private static BenchmarkCase CaseOf(Summary summary, string method, WireScenario scenario, string protocol) => summary.BenchmarksCases.Single(b =>
        b.Descriptor.WorkloadMethod.Name == method
        && ReferenceEquals(b.Parameters[nameof(WireBenchmarks.Scenario)], scenario)
        && protocol.Equals(b.Parameters[nameof(WireBenchmarks.Protocol)]));
}
