using Artorizer.Infrastructure.Jobs;
using Microsoft.Extensions.Options;

namespace Artorizer.Worker.Execution;

/// <summary>Sends the messages that a crash between job and message has left out, where jobs and queue are kept apart.</summary>
internal sealed partial class OutboxSweep(JobSubmitter submitter, IOptions<WorkerOptions> options, TimeProvider time, ILogger<OutboxSweep> logger)
    : BackgroundService
{
    private const int Batch = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.OutboxInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var sent = await submitter.SendUnsentAsync(time.GetUtcNow() - options.Value.OutboxAge, Batch, stoppingToken);
                if (sent > 0)
                {
                    LogSent(sent);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Put {Count} jobs in the queue whose submission had been cut off")]
    private partial void LogSent(int count);

    [LoggerMessage(2, LogLevel.Error, "Looking for jobs without a message failed; it is tried again later")]
    private partial void LogFailed(Exception exception);
}
