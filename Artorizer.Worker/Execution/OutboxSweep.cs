using Artorizer.Jobs;
using Artorizer.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;

namespace Artorizer.Worker.Execution;

/// <summary>Sends the messages that a crash between job and message has left out, where jobs and queue are kept apart.</summary>
internal sealed partial class OutboxSweep(JobSubmitter submitter, IOptions<WorkerOptions> options, TimeProvider time, ILogger<OutboxSweep> logger)
    : PeriodicService(options.Value.OutboxInterval, time, logger)
{
    private const int Batch = 1000;

    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        var sent = await submitter.SendUnsentAsync(Time.GetUtcNow() - options.Value.OutboxAge, Batch, cancellationToken);
        if (sent > 0)
        {
            LogSent(sent);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Put {Count} jobs in the queue whose submission had been cut off")]
    private partial void LogSent(int count);
}
