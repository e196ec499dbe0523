using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Events;
using Artorizer.Jobs.Queue;
using Artorizer.Router;
using Artorizer.Router.Health;
using Artorizer.Router.Jobs;
using Artorizer.ServiceDefaults.Hosting;
using Artorizer.Worker;
using Artorizer.Worker.Execution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Artorizer.UnitTests.Loops;

/// <summary>
/// A cancellation ends a loop only when it is the loop's own. Time limits of client libraries are cancellations too; taken for
/// the end of the service, they would stop its work in silence for as long as the process lives.
/// </summary>
public sealed class ForeignCancellationTests
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider _time = new();
    private readonly Turns _turns = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Periodic_work_is_done_at_the_next_turn()
    {
        var log = new RecordedLog<Sweep>();
        using var service = new Sweep(_turns, _time, log);
        await service.StartAsync(Token);

        // The service makes its timer on a thread of its own, some time after the start.
        for (var waited = Stopwatch.StartNew(); !_turns.First.IsCompleted && waited.Elapsed < WaitLimit;)
        {
            _time.Advance(Sweep.Interval);
            await Task.Delay(10, Token);
        }

        _time.Advance(Sweep.Interval);

        await EndsWellAsync(service);
        Assert.IsType<TaskCanceledException>(Assert.Single(log.Exceptions));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Interrupted_jobs_are_looked_for_again(string sole)
    {
        var log = new RecordedLog<InterruptedJobs>();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [InterruptedJobs.SoleRouterKey] = sole })
            .Build();
        var jobs = Answering.As<IJobStore>(_ => _turns.Take(new JobPage([], null)));
        using var service = new InterruptedJobs(jobs, Options.Create(new EngineClientOptions()), configuration, _time, log);
        await service.StartAsync(Token);
        await _turns.First.WaitAsync(WaitLimit, Token);
        _time.Advance(TimeSpan.FromMinutes(1));

        await EndsWellAsync(service);
        Assert.IsType<TaskCanceledException>(Assert.Single(log.Exceptions));
    }

    [Fact]
    public async Task The_depth_of_the_queue_is_read_again()
    {
        var log = new RecordedLog<QueueGauges>();
        var queue = Answering.As<IJobQueue>(_ => _turns.Take(new QueueDepth(0, 0, 0, 0)));
        using var meters = new Meters();
        using var service = new QueueGauges(queue, _time, new RouterMetrics(meters), log);
        await service.StartAsync(Token);
        await _turns.First.WaitAsync(WaitLimit, Token);
        _time.Advance(TimeSpan.FromSeconds(1));

        await EndsWellAsync(service);
        Assert.IsType<TaskCanceledException>(Assert.Single(log.Exceptions));
    }

    [Fact]
    public async Task Deleted_jobs_are_listened_for_again()
    {
        var log = new RecordedLog<RunningJobs>();
        var events = Answering.As<IJobEvents>(_ => EventsAsync(Token));
        using var service = new RunningJobs(events, log);
        await service.StartAsync(Token);

        await EndsWellAsync(service);
        Assert.IsType<TaskCanceledException>(Assert.Single(log.Exceptions));

        async IAsyncEnumerable<JobEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await _turns.Take(0);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            yield break;
        }
    }

    [Fact]
    public async Task A_worker_whose_store_hangs_takes_deliveries_again_when_it_answers()
    {
        var log = new RecordedLog<JobLoop>();
        var leases = 0;
        var leasedAgain = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var queue = Answering.As<IJobQueue>(_ => LeaseAsync());
        var jobs = Answering.As<IJobStore>(_ => _turns.Take(new JobCounts(0, 0, 0, 0)));

        // Nothing is leased here, so nothing is run.
        using var service = new JobLoop(queue, jobs, runner: null!, Options.Create(new WorkerOptions { Concurrency = 1 }), TimeProvider.System, log);
        await service.StartAsync(Token);

        await leasedAgain.Task.WaitAsync(WaitLimit, Token);
        await EndsWellAsync(service);

        Task<IJobLease> LeaseAsync()
        {
            if (Interlocked.Increment(ref leases) > 1)
            {
                leasedAgain.TrySetResult();
                return new TaskCompletionSource<IJobLease>().Task;
            }

            return Task.FromException<IJobLease>(new StoreUnavailableException("The queue does not answer."));
        }
    }

    [Fact]
    public async Task A_lease_is_renewed_again()
    {
        var log = new RecordedLog<JobRunner>();
        var lease = Answering.As<IJobLease>(method => method switch
        {
            "get_" + nameof(IJobLease.Duration) => TimeSpan.FromSeconds(3),
            "get_" + nameof(IJobLease.Message) =>
                new QueueMessage { JobId = "j", TaskId = 1, Type = "echo", Owner = "o", Priority = 5, Data = Payload.FromJson("1") },
            _ => _turns.Take(true),
        });
        using var job = new CancellationTokenSource();
        await using var renewal = LeaseRenewal.Start(lease, job, _time, log);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _turns.First.WaitAsync(WaitLimit, Token);
        _time.Advance(TimeSpan.FromSeconds(1));

        await _turns.Second.WaitAsync(WaitLimit, Token);
        Assert.False(renewal.IsLost);
        Assert.IsType<TaskCanceledException>(Assert.Single(log.Exceptions));
    }

    private async Task EndsWellAsync(BackgroundService service)
    {
        await _turns.Second.WaitAsync(WaitLimit, Token);
        Assert.False(service.ExecuteTask!.IsCompleted);
        using var limit = new CancellationTokenSource(TimeSpan.Zero);
        await service.StopAsync(limit.Token);
    }

    private sealed class Sweep(Turns turns, TimeProvider time, ILogger logger) : PeriodicService(Interval, time, logger)
    {
        public static TimeSpan Interval => TimeSpan.FromMinutes(1);

        protected override Task WorkAsync(CancellationToken cancellationToken)
        {
            turns.Take();
            return Task.CompletedTask;
        }
    }

    private sealed class Meters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }
}
