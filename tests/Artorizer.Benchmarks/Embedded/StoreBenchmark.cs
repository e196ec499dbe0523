using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Logging.Abstractions;

namespace Artorizer.Benchmarks.Embedded;

/// <summary>
/// How fast the embedded stores are on this machine's disk: every operation counted here is durable when it returns.
/// Arguments: a directory on the disk to measure (default: the system's temporary directory), seconds per line (default: 3).
/// </summary>
internal static class StoreBenchmark
{
    public static async Task RunAsync(string[] args)
    {
        var root = Path.Combine(args.Length > 0 ? args[0] : Path.GetTempPath(), "artorizer-bench-" + Guid.NewGuid().ToString("n"));
        var time = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 3);
        try
        {
            Console.WriteLine($"fsync of 4 KiB appended to a file: {Fsyncs(root, time):n0}/s");
            await using var stores = await EmbeddedStores.OpenAsync(
                new EmbeddedStoreOptions { DataDirectory = root, MinFreeBytes = 0 }, TimeProvider.System, NullLoggerFactory.Instance, default);
            await Throughput.MeasureAsync("warm-up", 16, TimeSpan.FromSeconds(1), _ => SubmitAsync(stores));
            foreach (var callers in new[] { 1, 16, 64, 256 })
            {
                await Throughput.MeasureAsync("submit", callers, time, _ => SubmitAsync(stores));
            }

            foreach (var workers in new[] { 1, 16, 64 })
            {
                await Throughput.MeasureAsync("lease + acknowledge", workers, time, _ => LeaseAsync(stores));
            }

            var small = RandomNumberGenerator.GetBytes(20 * 1024);
            foreach (var callers in new[] { 1, 16, 64 })
            {
                await Throughput.MeasureAsync("put 20 KiB", callers, time, i => PutAsync(stores, i, small));
            }

            var large = RandomNumberGenerator.GetBytes(10 * 1024 * 1024);
            foreach (var callers in new[] { 1, 4 })
            {
                await Throughput.MeasureAsync("put 10 MiB", callers, time, i => PutAsync(stores, i % 40, large));
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static Task<CreateJobResult> SubmitAsync(EmbeddedStores stores) => stores.Submission.SubmitAsync(
        new Job
        {
            Id = Guid.CreateVersion7().ToString(),
            Type = "echo",
            Owner = "alice",
            SubmittedAt = DateTimeOffset.UtcNow,
            Data = Payload.FromJson("""{"to":"user@example.com","n":12345}"""),
        },
        QueueMessage.For, TimeSpan.Zero, default);

    private static async Task LeaseAsync(EmbeddedStores stores)
    {
        // Goes on with new work where the submissions are used up.
        if ((await stores.Queue.GetDepthAsync(default)).Ready < 1000)
        {
            await SubmitAsync(stores);
        }

        var lease = await stores.Queue.LeaseAsync(default);
        await lease.AcknowledgeAsync(default);
    }

    private static Task<StoredObject> PutAsync(EmbeddedStores stores, long i, byte[] content) => stores.Objects.PutAsync(
        string.Create(CultureInfo.InvariantCulture, $"bench/{content.Length}/{i}"), new MemoryStream(content),
        new ObjectPutOptions { Length = content.Length }, default);

    private static double Fsyncs(string root, TimeSpan time)
    {
        Directory.CreateDirectory(root);
        var path = Path.Combine(root, "fsync");
        using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
        {
            var block = new byte[4096];
            var started = Stopwatch.GetTimestamp();
            long count = 0;
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                RandomAccess.Write(file, block, count++ * block.Length);
                RandomAccess.FlushToDisk(file);
            }

            return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
    }
}
