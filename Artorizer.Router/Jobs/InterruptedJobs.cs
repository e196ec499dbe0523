using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Jobs;

/// <summary>
/// Ends synchronous jobs whose router stopped in the middle. Their caller was never answered, so nothing accepted is lost;
/// but their state must not say "processing" for ever. Such a job can be redriven like any failed one.
/// </summary>
internal sealed partial class InterruptedJobs(
    IJobStore jobs, IOptions<EngineClientOptions> engine, IConfiguration configuration, TimeProvider time, ILogger<InterruptedJobs> logger)
    : BackgroundService
{
    /// <summary>Whether no other router shares the stores, so that what is unfinished at start was interrupted.</summary>
    public const string SoleRouterKey = "Router:Sole";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);
    private static readonly JobError Error = new(JobErrorCodes.Interrupted, "The router stopped while the caller waited.");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);

        // Of a sole router, whatever is older than its start. That holds until the store has answered once.
        DateTimeOffset? startedAt = configuration.GetValue(SoleRouterKey, false) ? time.GetUtcNow() : null;
        do
        {
            try
            {
                await EndAsync(startedAt ?? time.GetUtcNow() - engine.Value.Timeout - Margin, stoppingToken);
                startedAt = null;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task EndAsync(DateTimeOffset submittedBefore, CancellationToken cancellationToken)
    {
        foreach (var via in JobVia.All.Where(v => v != JobVia.Queue))
        {
            int? cursor = null;
            do
            {
                var page = await jobs.ListAsync(
                    new JobQuery { Via = via, Status = JobStatus.Processing, Limit = 1000, Cursor = cursor }, cancellationToken);
                foreach (var job in page.Jobs.Where(j => j.SubmittedAt < submittedBefore))
                {
                    await EndAsync(job, cancellationToken);
                }

                cursor = page.NextCursor;
            }
            while (cursor is not null);
        }
    }

    private async Task EndAsync(Job job, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var told =
            new JobEvent { JobId = job.Id, Type = JobEventTypes.Failed, At = now, Status = JobStatus.Failed, Progress = job.Progress, Error = Error };
        if (await jobs.TryReplaceAsync(
            job with { Status = JobStatus.Failed, CompletedAt = now, Error = Error }, [told], cancellationToken) is not null)
        {
            LogEnded(job.Id, job.Via);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Ended job {JobId} (via {Via}), whose router had stopped")]
    private partial void LogEnded(string jobId, string via);

    [LoggerMessage(2, LogLevel.Error, "Looking for interrupted jobs failed; it is tried again in a minute")]
    private partial void LogFailed(Exception exception);
}
