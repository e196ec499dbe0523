using Artorizer.Jobs;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Options;

namespace Artorizer.Worker.Execution;

/// <summary>
/// Takes deliveries off the queue, as many at once as configured. Told to stop, it takes no more, lets the running ones
/// finish within the grace period and gives the others back.
/// </summary>
internal sealed partial class JobLoop(
    IJobQueue queue, IJobStore jobs, JobRunner runner, IOptions<WorkerOptions> options, TimeProvider time, ILogger<JobLoop> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _grace = new();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _grace.CancelAfter(options.Value.ShutdownGrace);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _grace.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogStarted(options.Value.Concurrency);
        await Task.WhenAll(
            Enumerable.Range(0, options.Value.Concurrency).Select(_ => Task.Run(() => LoopAsync(stoppingToken), CancellationToken.None)));
    }

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            IJobLease? lease = null;
            try
            {
                lease = await queue.LeaseAsync(stoppingToken);
                await runner.RunAsync(lease, _grace.Token);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                await GiveBackAsync(lease);
                return;
            }
            catch (Exception e)
            {
                LogBroken(e);
                await WaitForStoreAsync(stoppingToken);
                await GiveBackAsync(lease);
            }
        }
    }

    // Taking further messages while the store is down would only use up their deliveries, one after the other.
    private async Task WaitForStoreAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await jobs.CountAsync(stoppingToken);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogStillDown(e.Message);
            }
        }
    }

    // Where the connection is the lease, what is not settled would stay with this worker for as long as it lives.
    private async Task GiveBackAsync(IJobLease? lease)
    {
        try
        {
            if (lease is not null)
            {
                await lease.ReleaseAsync(CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            // Without a queue to give it back to, the lease ends by itself.
            LogNotGivenBack(e);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Working on up to {Concurrency} jobs at once")]
    private partial void LogStarted(int concurrency);

    [LoggerMessage(2, LogLevel.Error, "A delivery could not be taken or settled; going on once the store answers")]
    private partial void LogBroken(Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "A delivery could not be given back; it comes again when its lease or connection ends")]
    private partial void LogNotGivenBack(Exception exception);

    [LoggerMessage(4, LogLevel.Information, "The store still does not answer: {Reason}")]
    private partial void LogStillDown(string reason);
}
