using Artorizer.Jobs.Queue;

namespace Artorizer.Worker.Execution;

/// <summary>Keeps a lease while its job runs; stops the job when the lease is lost.</summary>
internal sealed partial class LeaseRenewal : IAsyncDisposable
{
    private readonly CancellationTokenSource _done = new();
    private readonly Task _running;

    private LeaseRenewal(IJobLease lease, CancellationTokenSource job, TimeProvider time, ILogger logger)
    {
        _running = lease.Duration == Timeout.InfiniteTimeSpan ? Task.CompletedTask : RunAsync(lease, job, time, logger);
    }

    public bool IsLost { get; private set; }

    public static LeaseRenewal Start(IJobLease lease, CancellationTokenSource job, TimeProvider time, ILogger logger) =>
        new(lease, job, time, logger);

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _done.Dispose();
    }

    private async Task RunAsync(IJobLease lease, CancellationTokenSource job, TimeProvider time, ILogger logger)
    {
        // Twice within a lease, so that one slow renewal does not lose it.
        using var timer = new PeriodicTimer(lease.Duration / 3, time);
        while (await timer.WaitForNextTickAsync(_done.Token))
        {
            try
            {
                if (!await lease.RenewAsync(_done.Token))
                {
                    IsLost = true;
                    await job.CancelAsync();
                    return;
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !_done.IsCancellationRequested)
            {
                LogRenewalFailed(logger, e, lease.Message.JobId);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Renewing the lease of job {JobId} failed; it is tried again")]
    private static partial void LogRenewalFailed(ILogger logger, Exception exception, string jobId);
}
