using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Queue;

namespace Artorizer.IntegrationTests.Stores.Embedded;

/// <summary>What a child process does; it reports on its standard output, a line for each fact.</summary>
internal static class StoreChild
{
    private const long Large = 256L * 1024 * 1024;

    public static async Task RunAsync(string mode, string directory)
    {
        await using var stores = await EmbeddedStoreSet.OpenAsync(directory);
        await (mode switch
        {
            "load" => LoadAsync(stores),
            "hold" => HoldAsync(),
            "put" => PutLargeAsync(stores),
            "listen" => ListenAsync(stores),
            _ => throw new ArgumentException($"No mode {mode}."),
        });
    }

    /// <summary>Submits, works, stores and publishes until it is killed; prints what was acknowledged.</summary>
    private static async Task LoadAsync(EmbeddedStores stores)
    {
        Print("ready");
        var submitters = Enumerable.Range(0, 8).Select(async i =>
        {
            while (true)
            {
                var job = new Job { Id = Guid.CreateVersion7().ToString(), Type = "echo", Owner = $"owner {i}", Data = Payload.FromJson("[1,2,3]") };
                var result = await stores.Submission.SubmitAsync(job, QueueMessage.For, TimeSpan.Zero, default);
                Print($"job {job.Id} {result.Job.TaskId}");
                var published = await stores.Events.PublishAsync(new JobEvent { JobId = job.Id, Type = JobEventTypes.Started }, default);
                Print($"event {job.Id} {published.Sequence}");
            }
        });
        var workers = Enumerable.Range(0, 4).Select(async _ =>
        {
            while (true)
            {
                var lease = await stores.Queue.LeaseAsync(default);
                Print($"lease {lease.Message.JobId}");
                if (await lease.AcknowledgeAsync(default))
                {
                    Print($"done {lease.Message.JobId}");
                }

                await Task.Delay(5);
            }
        });
        var writers = Enumerable.Range(0, 3).Select(async i =>
        {
            for (var n = 0; ; n++)
            {
                var key = $"objects/{Environment.ProcessId}/{i}/{n}";
                var bytes = RandomNumberGenerator.GetBytes(n % 2 == 0 ? 5_000 : 300_000);
                var stored = await stores.Objects.PutAsync(key, new MemoryStream(bytes), new ObjectPutOptions(), default);
                Print($"object {key} {stored.ETag}");
            }
        });
        await Task.WhenAll(submitters.Concat(workers).Concat(writers));
    }

    private static async Task HoldAsync()
    {
        Print("ready");
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Prints by how many bytes the process grew at its peak while it stored 256 MiB.</summary>
    private static async Task PutLargeAsync(EmbeddedStores stores)
    {
        await stores.Objects.PutAsync("warm/up", new ZeroStream(8 * 1024 * 1024), new ObjectPutOptions(), default);
        var before = Status("VmRSS");
        await stores.Objects.PutAsync("large", new ZeroStream(Large), new ObjectPutOptions { Length = Large }, default);
        Print(Math.Max(0, Status("VmHWM") - before).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Prints how many bytes of managed memory each of many idle listeners costs, and how many threads there are more.</summary>
    private static async Task ListenAsync(EmbeddedStores stores)
    {
        var count = TestLength.Of(400, 2000);
        using var stop = new CancellationTokenSource();
        var enumerators = new List<IAsyncEnumerator<JobEvent>>(count);
        var waiting = new List<Task>(count);
        async Task AddAsync(int i)
        {
            var job = await stores.Jobs.CreateAsync(new Job { Id = $"job {i}", Type = "echo", Owner = "alice" }, default);
            await stores.Events.PublishAsync(new JobEvent { JobId = job.Job.Id, Type = JobEventTypes.Queued }, default);
            var events = stores.Events.SubscribeAsync(job.Job.Id, 0, stop.Token).GetAsyncEnumerator(stop.Token);
            await events.MoveNextAsync();
            enumerators.Add(events);
            waiting.Add(events.MoveNextAsync().AsTask());
        }

        await AddAsync(0);
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var threads = Process.GetCurrentProcess().Threads.Count;
        for (var i = 1; i < count; i++)
        {
            await AddAsync(i);
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - memory) / (count - 1);
        using var process = Process.GetCurrentProcess();
        Print(string.Create(CultureInfo.InvariantCulture, $"{each} {process.Threads.Count - threads}"));
        GC.KeepAlive(waiting);
    }

    /// <summary>A line of /proc/self/status, in bytes.</summary>
    private static long Status(string name) =>
        long.Parse(
            File.ReadLines("/proc/self/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1],
            CultureInfo.InvariantCulture) * 1024;

    private static void Print(string line) => Console.Out.WriteLine(line);
}
