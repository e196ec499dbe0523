using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Artorizer.Infrastructure.S3;
using Artorizer.Jobs.Objects;
using Artorizer.LocalServers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Artorizer.Benchmarks.S3;

/// <summary>
/// How fast objects go to an S3 server and come back. The server is a Ceph of this machine that keeps them in memory, so client
/// and server share its processors. Arguments: seconds per line (default: 3); a connection string for another server.
/// </summary>
internal static class ObjectBenchmark
{
    private const int Keys = 20;

    public static async Task RunAsync(string[] args)
    {
        var time = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 3);
        await using var server = args.Length > 1 ? null : new CephServer();
        if (server is not null)
        {
            await server.StartAsync(default);
        }

        var options = new S3Options { Bucket = "artorizer-bench" };
        S3ConnectionString.Apply(server?.ConnectionString ?? args[1], options);
        using var client = S3Clients.Create(options);
        using var store = new S3ObjectStore(client, Options.Create(options), TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
        await client.PutBucketAsync(new Amazon.S3.Model.PutBucketRequest { BucketName = options.Bucket }, default);
        foreach (var (name, length) in new[] { ("10 kB", 10_000), ("10 MB", 10_000_000), ("100 MB", 100_000_000) })
        {
            var bytes = RandomNumberGenerator.GetBytes(length);
            for (var i = 0; i < Keys; i++)
            {
                await PutAsync(store, i, bytes);
            }

            foreach (var callers in new[] { 1, 4, 16 })
            {
                await MeasureAsync($"put {name}", callers, length, time, i => PutAsync(store, i, bytes));
                await MeasureAsync($"get {name}", callers, length, time, i => GetAsync(store, i, length));
            }
        }

        await store.DeletePrefixAsync("bench/", default);
    }

    private static async Task MeasureAsync(string what, int callers, int length, TimeSpan time, Func<long, Task> operation)
    {
        long count = 0;
        var latencies = new List<double>[callers];
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var own = latencies[caller] = [];
            while (own.Count == 0 || Stopwatch.GetElapsedTime(started) < time)
            {
                var begun = Stopwatch.GetTimestamp();
                await operation(Interlocked.Increment(ref count));
                own.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var all = latencies.SelectMany(own => own).Order().ToArray();
        cpu = Environment.CpuUsage.TotalTime - cpu;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-12} {callers,4} callers {all.Length / elapsed,9:n0}/s {all.Length * (double)length / 1e6 / elapsed,8:n1} MB/s   "
                + $"p50 {all[all.Length / 2],8:n2} ms   p99 {all[all.Length * 99 / 100],8:n2} ms   "
                + $"{cpu.TotalMilliseconds / all.Length,8:n2} ms CPU each"));
    }

    private static Task<StoredObject> PutAsync(S3ObjectStore store, long i, byte[] bytes) =>
        store.PutAsync(Key(i, bytes.Length), new MemoryStream(bytes), new ObjectPutOptions { Length = bytes.Length }, default);

    private static async Task GetAsync(S3ObjectStore store, long i, int length)
    {
        await using var content = await store.OpenAsync(Key(i, length), 0, null, default) ?? throw new InvalidOperationException("It is gone.");
        await content.Stream.CopyToAsync(Stream.Null, 128 * 1024);
    }

    private static string Key(long i, int length) => string.Create(CultureInfo.InvariantCulture, $"bench/{length}/{i % Keys}");
}
