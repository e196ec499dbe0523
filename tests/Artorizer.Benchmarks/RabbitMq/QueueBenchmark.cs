using System.Diagnostics;
using System.Globalization;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.RabbitMq;
using Artorizer.Jobs.Queue;
using Artorizer.LocalServers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Artorizer.Benchmarks.RabbitMq;

/// <summary>
/// How fast the queue is on a RabbitMQ of this machine: every message counted here is confirmed, every lease acknowledged.
/// Arguments: classic or quorum (default: classic), seconds per line (default: 3).
/// </summary>
internal static class QueueBenchmark
{
    public static async Task RunAsync(string[] args)
    {
        var type = args.Length > 0 ? Enum.Parse<RabbitMqQueueType>(args[0], ignoreCase: true) : RabbitMqQueueType.Classic;
        var time = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 3);
        await using var server = new RabbitMqServer();
        await server.StartAsync(default);
        await using var queue = new RabbitMqJobQueue(
            new ConnectionFactory { Uri = new Uri(server.ConnectionString), AutomaticRecoveryEnabled = false },
            Options.Create(new RabbitMqQueueOptions { QueueType = type, Prefetch = 64 }), TimeProvider.System, NullLogger<RabbitMqJobQueue>.Instance);
        await MeasureAsync("warm-up", 16, TimeSpan.FromSeconds(2), () => EnqueueAsync(queue));
        foreach (var callers in new[] { 1, 16, 64, 256, 1024 })
        {
            await MeasureAsync("enqueue", callers, time, () => EnqueueAsync(queue));
        }

        Console.WriteLine($"waiting: {(await queue.GetDepthAsync(default)).Ready:n0}");
        foreach (var workers in new[] { 1, 16, 64 })
        {
            await MeasureAsync("lease + acknowledge", workers, time, () => LeaseAsync(queue));
        }

        await MeasureAsync("depth", 1, time, () => queue.GetDepthAsync(default));
    }

    private static async Task MeasureAsync(string what, int callers, TimeSpan time, Func<Task> operation)
    {
        var latencies = new List<double>[callers];
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var own = latencies[caller] = [];
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var begun = Stopwatch.GetTimestamp();
                await operation();
                own.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var all = latencies.SelectMany(own => own).Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-20} {callers,4} callers {all.Length / elapsed.TotalSeconds,10:n0}/s   "
                + $"p50 {all[all.Length / 2],7:n2} ms   p99 {all[all.Length * 99 / 100],7:n2} ms"));
    }

    private static Task EnqueueAsync(RabbitMqJobQueue queue) => queue.EnqueueAsync(
        new QueueMessage
        {
            JobId = Guid.CreateVersion7().ToString(),
            TaskId = 1,
            Type = "echo",
            Owner = "alice",
            Priority = 5,
            SubmittedAt = DateTimeOffset.UtcNow,
            Data = Payload.FromJson("""{"to":"user@example.com","n":12345}"""),
        },
        TimeSpan.Zero, default);

    private static async Task LeaseAsync(RabbitMqJobQueue queue)
    {
        // Goes on with new work where the messages are used up.
        if ((await queue.GetDepthAsync(default)).Ready < 1000)
        {
            await EnqueueAsync(queue);
        }

        var lease = await queue.LeaseAsync(default);
        await lease.AcknowledgeAsync(default);
    }
}
