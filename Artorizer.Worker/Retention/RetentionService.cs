using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Objects;
using Artorizer.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;

namespace Artorizer.Worker.Retention;

/// <summary>Removes finished jobs and their files when their time is over.</summary>
internal sealed partial class RetentionService(
    IJobStore jobs, IObjectStore objects, IOptions<WorkerOptions> options, TimeProvider time, ILogger<RetentionService> logger)
    : PeriodicService(options.Value.RetentionInterval, time, logger)
{
    private const int Batch = 200;

    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        IReadOnlyList<string> purged;
        do
        {
            purged = await jobs.PurgeAsync(Time.GetUtcNow() - options.Value.Retention, Batch, cancellationToken);
            foreach (var jobId in purged)
            {
                await objects.DeletePrefixAsync(ArtifactKeys.Prefix(jobId), cancellationToken);
            }

            total += purged.Count;
        }
        while (purged.Count == Batch);

        if (total > 0)
        {
            LogPurged(total);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Removed {Count} jobs past their retention")]
    private partial void LogPurged(int count);
}
