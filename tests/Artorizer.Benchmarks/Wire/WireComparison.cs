using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Artorizer.Contracts.Wire;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Artorizer.Benchmarks.Wire;

/// <summary>Runs the comparison and prints it beside what the older plans estimated.</summary>
public static class WireComparison
{
    /// <summary>Command that has <see cref="RunRound"/> called.</summary>
    public const string RoundCommand = "wire-round";

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

    // Each in a process of its own: what the compiler makes of a method there, it keeps, and it is not always the same.
    private const int Rounds = 3;

    /// <summary>Prints the tables: the fastest of three rounds; takes about three minutes.</summary>
    public static async Task RunAsync()
    {
        var measured = new Dictionary<string, Measurement>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var one in await RoundAsync())
            {
                measured[one.Name] = measured.TryGetValue(one.Name, out var other) && other.Nanoseconds < one.Nanoseconds ? other : one;
            }
        }

        Print(measured);
        PrintField(measured);
    }

    /// <summary>Measures everything once in this process and prints a line of JSON for each.</summary>
    public static void RunRound()
    {
        var job = Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(5)
            .WithIterationCount(60)
            .WithIterationTime(TimeInterval.FromMilliseconds(5))
            .WithEvaluateOverhead(false)
            .WithGcForce(false);
        var config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddLogger(NullLogger.Instance)
            .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance);
        foreach (var report in BenchmarkRunner.Run([typeof(WireBenchmarks), typeof(WireFieldBenchmarks)], config).SelectMany(s => s.Reports))
        {
            var benchmark = report.BenchmarkCase;
            var parameters = benchmark.Parameters.Items.ToDictionary(p => p.Name, p => $"{p.Value}");
            var name = NameOf(
                benchmark.Descriptor.WorkloadMethod.Name,
                parameters.GetValueOrDefault(nameof(WireBenchmarks.Scenario)),
                parameters.GetValueOrDefault(nameof(WireBenchmarks.Protocol)));

            // The fastest of many short iterations: what else runs on the machine can only slow one down.
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new Measurement(name, report.ResultStatistics!.Min, report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? 0)));
        }
    }

    private static async Task<IReadOnlyList<Measurement>> RoundAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(WireComparison).Assembly.Location);
        }

        start.ArgumentList.Add(RoundCommand);
        using var round = Process.Start(start)!;
        var lines = new List<Measurement>();
        while (await round.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(JsonSerializer.Deserialize<Measurement>(line)!);
        }

        await round.WaitForExitAsync();
        return round.ExitCode == 0 ? lines : throw new InvalidOperationException($"A round ended with exit code {round.ExitCode}.");
    }

    private static string NameOf(string method, string? scenario, string? protocol) => $"{method} {scenario} {protocol}".TrimEnd();

    private static void Print(Dictionary<string, Measurement> measured)
    {
        Console.WriteLine(
            "Speeds and sizes relative to compact System.Text.Json; above 1 is faster, "
                + "below 1 is smaller. In brackets what the older plans estimated.");
        foreach (var scenario in WireScenario.All)
        {
            var jsonSize = scenario.Bytes(WireProtocols.All[0]).Length;
            var jsonWrite = Of(nameof(WireBenchmarks.Serialize), "json");
            var jsonRead = Of(nameof(WireBenchmarks.Deserialize), "json");
            Console.WriteLine();
            Console.WriteLine($"| {scenario.Name} | size, bytes | of JSON | write, µs | × JSON | read, µs | × JSON | allocated to read |");
            Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|");
            foreach (var protocol in WireProtocols.All)
            {
                var size = scenario.Bytes(protocol).Length;
                var (speed, ratio) = Estimates[protocol.Name];
                var write = Of(nameof(WireBenchmarks.Serialize), protocol.Name);
                var read = Of(nameof(WireBenchmarks.Deserialize), protocol.Name);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {protocol.Name} | {size:N0} | {(double)size / jsonSize:F2} ({ratio}) "
                        + $"| {write.Nanoseconds / 1000:F2} | {jsonWrite.Nanoseconds / write.Nanoseconds:F1} ({speed}) "
                        + $"| {read.Nanoseconds / 1000:F2} | {jsonRead.Nanoseconds / read.Nanoseconds:F1} ({speed}) | {read.Allocated:N0} B |"));
            }

            Measurement Of(string method, string protocol) => measured[NameOf(method, scenario.Name, protocol)];
        }
    }

    private static void PrintField(Dictionary<string, Measurement> measured)
    {
        var json = measured[nameof(WireFieldBenchmarks.Json)].Nanoseconds;
        var capnProto = measured[nameof(WireFieldBenchmarks.CapnProto)].Nanoseconds;
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"The state of the last job of the large structure alone: JSON {json:F0} ns, "
                + $"Cap'n Proto {capnProto:F0} ns, {json / capnProto:F0} times as fast."));
    }

    private sealed record Measurement(string Name, double Nanoseconds, long Allocated);
}
