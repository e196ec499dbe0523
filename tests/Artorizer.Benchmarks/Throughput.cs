using System.Diagnostics;
using System.Globalization;

namespace Artorizer.Benchmarks;

/// <summary>How often an operation is done in a second, how long it takes, and what it costs this process.</summary>
internal static class Throughput
{
    public static async Task MeasureAsync(string what, int callers, TimeSpan time, Func<long, Task> operation)
    {
        long count = 0;
        var latencies = new List<double>[callers];
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var own = latencies[caller] = [];
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var begun = Stopwatch.GetTimestamp();
                await operation(Interlocked.Increment(ref count));
                own.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var all = latencies.SelectMany(own => own).Order().ToArray();
        cpu = Environment.CpuUsage.TotalTime - cpu;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-20} {callers,4} callers {all.Length / elapsed.TotalSeconds,10:n0}/s   "
                + $"p50 {all[all.Length / 2],7:n2} ms   p99 {all[all.Length * 99 / 100],7:n2} ms   "
                + $"{cpu.TotalMicroseconds / all.Length,8:n1} µs CPU each"));
    }
}
