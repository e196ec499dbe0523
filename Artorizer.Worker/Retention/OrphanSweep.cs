using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Objects;
using Artorizer.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;

namespace Artorizer.Worker.Retention;

/// <summary>
/// Removes files whose job is not there: of uploads that a crash cut off between file and job, and of deletions that one cut
/// off between job and files.
/// </summary>
internal sealed partial class OrphanSweep(
    IJobStore jobs, IObjectStore objects, IOptions<WorkerOptions> options, TimeProvider time, ILogger<OrphanSweep> logger)
    : PeriodicService(options.Value.OrphanInterval, time, logger)
{
    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        // What is younger may be of an upload that still runs: its file comes before its job.
        var before = Time.GetUtcNow() - options.Value.OrphanAge;
        var (known, removed) = ("", 0);
        await foreach (var file in objects.ListAsync(ArtifactKeys.Root, cancellationToken))
        {
            var jobId = ArtifactKeys.JobId(file.Key);
            if (jobId == known || file.LastModified > before)
            {
                continue;
            }

            // The list is in the order of the keys, so the files of a job come one after the other.
            known = jobId;
            if (await jobs.GetAsync(jobId, cancellationToken) is null)
            {
                removed += await objects.DeletePrefixAsync(ArtifactKeys.Prefix(jobId), cancellationToken);
            }
        }

        if (removed > 0)
        {
            LogRemoved(removed);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Removed {Count} files without a job")]
    private partial void LogRemoved(int count);
}
