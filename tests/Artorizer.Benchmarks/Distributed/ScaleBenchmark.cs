using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Artorizer.Benchmarks.Submits;
using Artorizer.Testing.Topology;

namespace Artorizer.Benchmarks.Distributed;

/// <summary>
/// What more workers buy, on jobs that cost no CPU: tasks that sleep for 100 ms, four at once in each worker. And what a
/// submission costs while 10,000 jobs wait.
/// </summary>
internal static class ScaleBenchmark
{
    private const int Concurrency = 4;
    private const int SleepMs = 100;
    private const int Waiting = 10_000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);
    private static readonly int[] WorkerCounts = [1, 2, 4];

    public static async Task RunAsync(string[] args)
    {
        Console.Error.WriteLine("Starting the AppHost's model on local servers …");
        await using var topology = await AppTopology.StartAsync(
            new AppTopologyOptions
            {
                Processors = 1,
                Workers = WorkerCounts[^1],
                Environment = new Dictionary<string, string>
                {
                    ["Worker__Concurrency"] = Text(Concurrency),
                    ["Logging__LogLevel__Default"] = "Warning",
                },
            },
            CancellationToken.None);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = topology.Addresses[0] };
        await CompleteAsync(http, 40);
        foreach (var worker in topology.Workers.Skip(WorkerCounts[0]))
        {
            await worker.StopAsync();
        }

        Console.WriteLine("| workers | tasks/s | of the possible | growth |");
        Console.WriteLine("|--:|--:|--:|--:|");
        var (before, running) = (0.0, WorkerCounts[0]);
        foreach (var workers in WorkerCounts)
        {
            for (; running < workers; running++)
            {
                await topology.Workers[running].StartAsync();
            }

            var possible = workers * Concurrency * 1000.0 / SleepMs;
            var rate = await CompleteAsync(http, (int)(possible * Duration.TotalSeconds));
            var growth = before == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{rate / before:0.00} ×");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {workers} | {rate:0.0} | {rate / possible:0 %} | {growth} |"));
            before = rate;
        }

        await MeasureSubmitsAsync(topology, http);
    }

    private static async Task MeasureSubmitsAsync(AppTopology topology, HttpClient http)
    {
        foreach (var worker in topology.Workers)
        {
            await worker.StopAsync();
        }

        await QueueAsync(http, Waiting);
        Console.WriteLine();
        Console.WriteLine($"| submits while {Waiting:N0} jobs wait | per second | p50 ms | p99 ms |");
        Console.WriteLine("|---|--:|--:|--:|");
        foreach (var connections in (int[])[1, 4, 16])
        {
            var result = await Load.RunAsync(topology.Addresses[0], connections, Duration, _ => Request());
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {connections} connections | {result.PerSecond:0} | {result.Percentile(0.50):0.0} | {result.Percentile(0.99):0.0} |"));
        }
    }

    // From the first submission on; the queue is filled faster than it is emptied.
    private static async Task<double> CompleteAsync(HttpClient http, int tasks)
    {
        var clock = Stopwatch.StartNew();
        await QueueAsync(http, tasks);
        while (await IsBusyAsync(http))
        {
            await Task.Delay(20);
        }

        return tasks / clock.Elapsed.TotalSeconds;
    }

    private static async Task QueueAsync(HttpClient http, int tasks)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) <= tasks)
            {
                using var request = Request();
                using var answer = await http.SendAsync(request);
                answer.EnsureSuccessStatusCode();
            }
        }));
    }

    private static async Task<bool> IsBusyAsync(HttpClient http)
    {
        foreach (var status in (string[])["queued", "processing"])
        {
            if ((await http.GetFromJsonAsync<JsonNode>($"jobs?status={status}&limit=1"))!["jobs"]!.AsArray().Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static HttpRequestMessage Request() => new(HttpMethod.Post, "queue")
    {
        Content = JsonContent.Create(new { type = "sleep", data = new { ms = SleepMs } }),
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
