using System.Diagnostics;

namespace Artorizer.Benchmarks.Submits;

/// <summary>Requests as fast as they are answered, on a fixed number of connections, for a fixed time.</summary>
internal static class Load
{
    private static int _number;

    public static async Task<LoadResult> RunAsync(Uri address, int connections, TimeSpan duration, Func<int, HttpRequestMessage> request)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseProxy = false }) { BaseAddress = address };
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => SendAsync(http, request)));
        var started = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            var own = new List<double>(4096);
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var sent = Stopwatch.GetTimestamp();
                await SendAsync(http, request);
                own.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return own;
        })));
        var elapsed = Stopwatch.GetElapsedTime(started);
        double[] all = [.. latencies.SelectMany(l => l).Order()];
        return new LoadResult(all.Length / elapsed.TotalSeconds, all);
    }

    private static async Task SendAsync(HttpClient http, Func<int, HttpRequestMessage> request)
    {
        using var message = request(Interlocked.Increment(ref _number));
        using var response = await http.SendAsync(message);
        await response.Content.CopyToAsync(Stream.Null);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{message.RequestUri} was answered with {(int)response.StatusCode}.");
        }
    }
}

/// <summary>What a load measured.</summary>
internal sealed record LoadResult(double PerSecond, double[] SortedMilliseconds)
{
    public double Percentile(double share) => SortedMilliseconds[(int)Math.Min(SortedMilliseconds.Length - 1, share * SortedMilliseconds.Length)];
}
