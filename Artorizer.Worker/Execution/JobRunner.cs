using System.Diagnostics;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Jobs.Engine.Connection;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Queue;
using Artorizer.Worker.Callbacks;
using Artorizer.Worker.Tasks;
using Microsoft.Extensions.Options;

namespace Artorizer.Worker.Execution;

/// <summary>
/// Takes one delivery to its end. The state is stored before the message is settled, so a crash in between leads to a
/// redelivery that finds the job finished and only settles it.
/// </summary>
internal sealed partial class JobRunner(
    IServiceScopeFactory scopes,
    IJobStore jobs,
    IJobQueue queue,
    IObjectStore objects,
    TaskHandlerRegistry handlers,
    CallbackOutbox callbacks,
    EngineChannel engine,
    RunningJobs running,
    WorkerMetrics metrics,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<JobRunner> logger)
{
    private static readonly TimeSpan DuplicatePause = TimeSpan.FromSeconds(30);

    /// <param name="lease">The delivery.</param>
    /// <param name="stopping">Cancelled when running jobs have used up the grace period of a worker that stops.</param>
    public async Task RunAsync(IJobLease lease, CancellationToken stopping)
    {
        var message = lease.Message;
        using var activity = WorkerTelemetry.StartJob(message, handlers.Shown(message.Type));
        if (message.Type == TaskTypes.RemoveFiles)
        {
            await RemoveFilesAsync(lease, stopping);
            return;
        }

        var job = await jobs.GetAsync(message.JobId, stopping) ?? await jobs.RestoreAsync(message.ToJob(), stopping);
        if (job is null)
        {
            LogGone(message.JobId);
            await lease.AcknowledgeAsync(CancellationToken.None);
            return;
        }

        if (job.IsFinished)
        {
            await SettleFinishedAsync(lease, job);
            return;
        }

        if (IsDuplicate(lease, job))
        {
            LogDuplicate(job.Id);

            // As a new message, which has no deliveries yet: so it is known for what it is the next time, too.
            await queue.EnqueueAsync(message, DuplicatePause, CancellationToken.None);
            await lease.AcknowledgeAsync(CancellationToken.None);
            return;
        }

        if (job.Waiting is { For: JobWaiting.Engine } waiting && engine.IsUnreachable && Waited(waiting) < options.Value.MaxWait)
        {
            // Nothing would come of it but two changes of the job's state.
            await WaitAsync(lease, waiting);
            return;
        }

        await using var attempt = await JobAttempt.BeginAsync(job, message.Attempts + 1, jobs, time, stopping);
        if (attempt is null)
        {
            // Changed under our hands; the next delivery sees how.
            await lease.ReleaseAsync(CancellationToken.None);
            return;
        }

        if (lease.Deliveries > options.Value.MaxDeliveries)
        {
            await GiveUpAsync(
                lease,
                attempt,
                new JobError(JobErrorCodes.Poison, $"No outcome after {lease.Deliveries - 1} deliveries; it seems to bring its worker down."));
            return;
        }

        await WorkAsync(lease, attempt, stopping);
    }

    // A job may have two messages, where one was sent again because a crash had left it unknown whether it was sent. The first
    // delivery of a message that finds its job begun is such a second one; it waits, lest the two take the job from each
    // other. A redelivery, however, comes because a worker stopped in the middle: it takes over. So does whatever comes
    // when no attempt can still be running.
    private bool IsDuplicate(IJobLease lease, Job job) =>
        lease.Deliveries == 1 && job is { Status: JobStatus.Processing, StartedAt: { } startedAt }
        && startedAt + options.Value.JobTimeout > time.GetUtcNow();

    private TimeSpan Waited(JobWaiting waiting) => time.GetUtcNow() - waiting.Since;

    // A message of its own for each wait: deliveries tell of workers that were brought down, and none was.
    private Task<bool> WaitAsync(IJobLease lease, JobWaiting waiting) => lease.RetryAsync(
        lease.Message, RetrySchedule.WaitDelay(Waited(waiting), options.Value, Random.Shared.NextDouble()), CancellationToken.None);

    private async Task WorkAsync(IJobLease lease, JobAttempt attempt, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(options.Value.JobTimeout, time);
        using var watched = running.Watch(attempt.Job.Id);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token, watched.Deleted, attempt.Lost);
        await using var renewal = LeaseRenewal.Start(lease, stop, time, logger);
        var type = attempt.Job.Type;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var handler = handlers.Create(type, scope.ServiceProvider)
                ?? throw new JobFailedException(
                    new JobError(JobErrorCodes.UnknownTaskType, $"No handler is registered for tasks of type '{type}'."), permanent: true);
            var result = await handler.HandleAsync(new TaskContext(attempt, scope.ServiceProvider), stop.Token);
            if (await attempt.CompleteAsync(result, CancellationToken.None))
            {
                await callbacks.QueueAsync(attempt.Job, CancellationToken.None);
                await lease.AcknowledgeAsync(CancellationToken.None);
                metrics.Processed(handlers.Shown(type), "success", time.GetElapsedTime(started));
                LogCompleted(attempt.Job.Id, type, time.GetElapsedTime(started).TotalMilliseconds);
            }
            else
            {
                await AbandonAsync(lease, attempt);
            }
        }
        catch (OperationCanceledException) when (watched.Deleted.IsCancellationRequested || attempt.Lost.IsCancellationRequested || renewal.IsLost)
        {
            await AbandonAsync(lease, attempt);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogReleased(attempt.Job.Id);
            await lease.ReleaseAsync(CancellationToken.None);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            var error = new JobError(JobErrorCodes.TimedOut, $"The job took longer than {options.Value.JobTimeout}.");
            await FailAsync(lease, attempt, new JobFailedException(error, permanent: true), started);
        }
        catch (JobFailedException e)
        {
            await FailAsync(lease, attempt, e, started);
        }
        catch (StoreUnavailableException e) when (!attempt.Job.IsFinished)
        {
            var error = new JobError(JobErrorCodes.StorageUnavailable, "A store could not be reached.");
            await FailAsync(lease, attempt, JobFailedException.Unreachable(JobWaiting.Storage, error, e), started);
        }
        catch (Exception e) when (!attempt.Job.IsFinished)
        {
            // Once the job has ended, only its settling can fail; then the lease runs out and the next delivery settles it.
            LogUnforeseen(e, attempt.Job.Id, type);
            var error = new JobError(JobErrorCodes.Internal, "The handler failed unexpectedly; the worker's log has the details.");
            await FailAsync(lease, attempt, new JobFailedException(error, permanent: false, e), started);
        }
    }

    private async Task FailAsync(IJobLease lease, JobAttempt attempt, JobFailedException failure, long started)
    {
        if (failure.WaitingFor is { } missing && (attempt.Job.Waiting is not { } earlier || Waited(earlier) < options.Value.MaxWait))
        {
            if (await attempt.WaitAsync(missing, failure.Error, CancellationToken.None))
            {
                LogWaiting(attempt.Job.Id, missing, failure.Error.Message);
                await WaitAsync(lease, attempt.Job.Waiting!);
            }

            return;
        }

        var number = attempt.Job.Attempts;
        Activity.Current?.SetStatus(ActivityStatusCode.Error, failure.Error.Code);
        if (failure is { IsPermanent: false, WaitingFor: null } && number < options.Value.MaxAttempts)
        {
            var delay = RetrySchedule.Delay(number, options.Value, Random.Shared.NextDouble());
            LogRetry(attempt.Job.Id, number, failure.Error.Code, failure.Error.Message, delay);
            if (await attempt.RetryLaterAsync(failure.Error, CancellationToken.None))
            {
                await lease.RetryAsync(lease.Message with { Attempts = number }, delay, CancellationToken.None);
            }

            return;
        }

        LogFailed(attempt.Job.Id, number, failure.Error.Code, failure.Error.Message);
        metrics.Processed(handlers.Shown(attempt.Job.Type), "failed", time.GetElapsedTime(started));
        if (failure.IsPermanent)
        {
            if (await attempt.FailAsync(failure.Error, CancellationToken.None))
            {
                await callbacks.QueueAsync(attempt.Job, CancellationToken.None);
                await lease.AcknowledgeAsync(CancellationToken.None);
            }

            return;
        }

        await GiveUpAsync(lease, attempt, failure.Error);
    }

    private async Task GiveUpAsync(IJobLease lease, JobAttempt attempt, JobError error)
    {
        if (await attempt.FailAsync(error, CancellationToken.None))
        {
            await callbacks.QueueAsync(attempt.Job, CancellationToken.None);
            await lease.DeadLetterAsync($"{error.Code}: {error.Message}", CancellationToken.None);
        }
    }

    // The job was deleted, or another worker has it, or the store went back to an older state. Only a deleted job's files
    // are ours to remove. Giving back a lease that was lost changes nothing.
    private async Task AbandonAsync(IJobLease lease, JobAttempt attempt)
    {
        LogAbandoned(attempt.Job.Id);
        if (await jobs.GetAsync(attempt.Job.Id, CancellationToken.None) is null)
        {
            await objects.DeletePrefixAsync(ArtifactKeys.Prefix(attempt.Job.Id), CancellationToken.None);
            await lease.AcknowledgeAsync(CancellationToken.None);
        }
        else
        {
            await lease.ReleaseAsync(CancellationToken.None);
        }
    }

    // Of a deleted job, once its engine can no longer have written anything.
    private async Task RemoveFilesAsync(IJobLease lease, CancellationToken stopping)
    {
        var jobId = lease.Message.JobId;
        if (await jobs.GetAsync(jobId, stopping) is null
            && await objects.DeletePrefixAsync(ArtifactKeys.Prefix(jobId), stopping) is > 0 and var removed)
        {
            LogRemoved(removed, jobId);
        }

        await lease.AcknowledgeAsync(CancellationToken.None);
    }

    private async Task SettleFinishedAsync(IJobLease lease, Job job)
    {
        await callbacks.QueueAsync(job, CancellationToken.None);
        if (job.Error is { } error && WasGivenUp(error))
        {
            await lease.DeadLetterAsync($"{error.Code}: {error.Message}", CancellationToken.None);
        }
        else
        {
            await lease.AcknowledgeAsync(CancellationToken.None);
        }

        // What had used up its attempts was on its way to the dead letters when the worker stopped.
        bool WasGivenUp(JobError e) =>
            job.Status == JobStatus.Failed && (e.Code == JobErrorCodes.Poison || job.Attempts >= options.Value.MaxAttempts);
    }

    [LoggerMessage(1, LogLevel.Information, "Job {JobId} ({Type}) completed in {Milliseconds:0} ms")]
    private partial void LogCompleted(string jobId, string type, double milliseconds);

    [LoggerMessage(2, LogLevel.Warning, "Attempt {Attempt} of job {JobId} failed with {Code}: {Message} Next in {Delay}")]
    private partial void LogRetry(string jobId, int attempt, string code, string message, TimeSpan delay);

    [LoggerMessage(3, LogLevel.Warning, "Job {JobId} failed at attempt {Attempt} with {Code}: {Message}")]
    private partial void LogFailed(string jobId, int attempt, string code, string message);

    [LoggerMessage(4, LogLevel.Error, "The handler of job {JobId} ({Type}) threw")]
    private partial void LogUnforeseen(Exception exception, string jobId, string type);

    [LoggerMessage(5, LogLevel.Information, "Job {JobId} was deleted or taken over; stopped working on it")]
    private partial void LogAbandoned(string jobId);

    [LoggerMessage(6, LogLevel.Information, "Job {JobId} is given back to the queue, because the worker stops")]
    private partial void LogReleased(string jobId);

    [LoggerMessage(7, LogLevel.Information, "Job {JobId} no longer exists; its message is dropped")]
    private partial void LogGone(string jobId);

    [LoggerMessage(8, LogLevel.Information, "Job {JobId} is being worked on under another message; this one waits")]
    private partial void LogDuplicate(string jobId);

    [LoggerMessage(10, LogLevel.Information, "Job {JobId} waits for {WaitingFor}: {Message}")]
    private partial void LogWaiting(string jobId, string waitingFor, string message);

    [LoggerMessage(9, LogLevel.Information, "Removed {Count} files that the engine had still written of the deleted job {JobId}")]
    private partial void LogRemoved(int count, string jobId);
}
