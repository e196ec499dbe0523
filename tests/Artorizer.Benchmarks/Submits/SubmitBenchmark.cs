using System.Globalization;

namespace Artorizer.Benchmarks.Submits;

/// <summary>
/// How fast work is accepted: durable submissions to the embedded host against a bare Kestrel endpoint that reads the body
/// and answers, under the same load in one run. The worker is kept busy with one long sleep, so that accepting is measured
/// and not the engine.
/// </summary>
internal static class SubmitBenchmark
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    /// <summary>Of a host whose accepting is measured: one worker, and no logging of what goes well.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } =
        new Dictionary<string, string?> { ["Worker:Concurrency"] = "1", ["Logging:LogLevel:Default"] = "Warning" };

    public static async Task RunAsync(string[] args)
    {
        var duration = args is [var seconds, ..] ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)) : Duration;
        var port = FreePorts.Take();
        var floorAddress = new Uri($"http://127.0.0.1:{port}/");
        await using var bare = TestProgram.Start(typeof(BareServer).Assembly.Location, ["bare-server", port.ToString(CultureInfo.InvariantCulture)]);
        await bare.BecomeReadyAsync(floorAddress, CancellationToken.None);
        await using var host = await StandaloneHost.StartAsync(Settings);
        await KeepWorkerBusyAsync(host.Address);
        Console.WriteLine($"{Environment.ProcessorCount} processors, {duration.TotalSeconds:0} s each; load generator and server share them.");
        Console.WriteLine();
        Console.WriteLine("| load | connections | bare Kestrel /s | Artorizer /s | ratio | p50 ms | p99 ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (name, connections, request) in Scenarios())
        {
            var floor = await Load.RunAsync(floorAddress, connections, duration, request);
            var measured = await Load.RunAsync(host.Address, connections, duration, request);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {connections} | {floor.PerSecond:N0} | {measured.PerSecond:N0} | "
                    + $"{measured.PerSecond / floor.PerSecond:P0} | {measured.Percentile(0.5):N1} | {measured.Percentile(0.99):N1} |"));
        }
    }

    private static IEnumerable<(string Name, int Connections, Func<int, HttpRequestMessage> Request)> Scenarios()
    {
        yield return ("POST /queue, 38 B JSON", 64, _ => Requests.Task());
        yield return ("POST /queue, 38 B JSON", 256, _ => Requests.Task());
        yield return ("POST /protect, 10 kB JPEG", 64, number => Requests.Image(number, 10_000));
        yield return ("POST /protect, 10 MB JPEG", 8, number => Requests.Image(number, 10_000_000));
    }

    private static async Task KeepWorkerBusyAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        using var response = await http.PostAsync(
            "queue", new StringContent("""{"type":"sleep","data":{"ms":3600000},"priority":9}""", System.Text.Encoding.UTF8, "application/json"));
        response.EnsureSuccessStatusCode();
    }
}
