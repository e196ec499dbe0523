using Artorizer.Benchmarks.Embedded;

// dotnet run -c Release --project tests/Artorizer.Benchmarks -- NAME [arguments]
var benchmarks = new Dictionary<string, (string What, Func<string[], Task> RunAsync)>
{
    ["stores"] = ("embedded stores: submits, leases and objects per second", StoreBenchmark.RunAsync),
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
