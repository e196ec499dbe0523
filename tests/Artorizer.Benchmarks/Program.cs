using Artorizer.Benchmarks.Distributed;
using Artorizer.Benchmarks.Embedded;
using Artorizer.Benchmarks.Listeners;
using Artorizer.Benchmarks.RabbitMq;
using Artorizer.Benchmarks.Redis;
using Artorizer.Benchmarks.S3;
using Artorizer.Benchmarks.Submits;
using Artorizer.Benchmarks.Wire;

// dotnet run -c Release --project tests/Artorizer.Benchmarks -- NAME [arguments]
var benchmarks = new Dictionary<string, (string What, Func<string[], Task> RunAsync)>
{
    ["stores"] = ("embedded stores: submits, leases and objects per second", StoreBenchmark.RunAsync),
    ["rabbit"] = ("queue on RabbitMQ: confirmed messages and leases per second [classic or quorum, seconds]", QueueBenchmark.RunAsync),
    ["s3"] = ("objects on an S3 server: MB per second [seconds, connection string]", ObjectBenchmark.RunAsync),
    ["redis"] = ("stores in Redis: submits, changes and events per second [seconds for each line]", RedisBenchmark.RunAsync),
    ["wire"] = ("wire protocols: size, write and read against System.Text.Json", _ => WireComparison.RunAsync()),
    [WireComparison.RoundCommand] = ("one round of wire, in JSON", _ => Task.Run(WireComparison.RunRound)),
    ["submits"] = ("submissions to the embedded host against a bare Kestrel endpoint [seconds for each load]", SubmitBenchmark.RunAsync),
    ["scale"] = ("distributed: throughput with 1, 2 and 4 workers, and submissions while 10,000 jobs wait", ScaleBenchmark.RunAsync),
    ["listeners"] = ("memory of the embedded host for listeners that wait [how many]", ListenerBenchmark.RunAsync),
    ["bare-server"] = ("the bare endpoint alone PORT", BareServer.RunAsync),
};

if (args is [var name, .. var rest] && benchmarks.TryGetValue(name, out var benchmark))
{
    await benchmark.RunAsync(rest);
    return 0;
}

Console.Error.WriteLine("Name a benchmark:");
foreach (var (key, (what, _)) in benchmarks)
{
    Console.Error.WriteLine($"  {key,-12} {what}");
}

return 2;
