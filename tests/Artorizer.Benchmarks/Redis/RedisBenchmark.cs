using System.Globalization;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Redis;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.LocalServers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Artorizer.Benchmarks.Redis;

/// <summary>
/// How fast the stores in Redis are, on a server of their own on this machine that writes its append-only file as a
/// deployment would. Argument: seconds per line (default: 3).
/// </summary>
internal static class RedisBenchmark
{
    public static async Task RunAsync(string[] args)
    {
        var time = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 3);
        await using var server = new RedisServer();
        await server.StartAsync(default);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("ConnectionStrings:cache", server.ConnectionString)]);
        builder.AddRedisStores();
        using var host = builder.Build();
        await host.StartAsync();
        var jobs = host.Services.GetRequiredService<IJobStore>();
        var events = host.Services.GetRequiredService<IJobEvents>();

        await Throughput.MeasureAsync("warm-up", 16, TimeSpan.FromSeconds(1), _ => jobs.CreateAsync(NewJob(), default));
        foreach (var callers in new[] { 1, 16, 64, 256 })
        {
            await Throughput.MeasureAsync("submit", callers, time, _ => SubmitAsync(jobs));
        }

        foreach (var callers in new[] { 1, 16, 64 })
        {
            var running = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => jobs.CreateAsync(NewJob(), default)));
            await Throughput.MeasureAsync(
                "publish an event", callers, time, i => events.PublishAsync(
                    new JobEvent { JobId = running[i % callers].Job.Id, Type = JobEventTypes.Progress, At = DateTimeOffset.UtcNow }, default));
        }

        foreach (var callers in new[] { 1, 16, 64 })
        {
            await Throughput.MeasureAsync("create, 3 changes", callers, time, _ => RunAsync(jobs));
        }

        await host.StopAsync();
    }

    private static async Task SubmitAsync(IJobStore jobs)
    {
        var created = await jobs.CreateAsync(NewJob(), default);
        await jobs.MarkSentAsync(created.Job.Id, default);
    }

    private static async Task RunAsync(IJobStore jobs)
    {
        var job = (await jobs.CreateAsync(NewJob(), default)).Job;
        foreach (var status in new[] { JobStatus.Processing, JobStatus.Processing, JobStatus.Completed })
        {
            job = await jobs.TryReplaceAsync(
                job with { Status = status, CompletedAt = status == JobStatus.Completed ? DateTimeOffset.UtcNow : null }, default)
                ?? throw new InvalidOperationException("Someone else changed the job.");
        }
    }

    private static Job NewJob() => new()
    {
        Id = Guid.CreateVersion7().ToString(),
        Type = "echo",
        Owner = "alice",
        SubmittedAt = DateTimeOffset.UtcNow,
        Data = Payload.FromJson("""{"to":"user@example.com","n":12345}"""),
    };
}
