using System.Diagnostics;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Jobs;

/// <summary>
/// One attempt at a job. Reports are taken at once and written behind, as many in one go as have gathered, so that a fast
/// engine never waits for the disk; the end of the attempt is written after all of them.
/// When the job is deleted or another attempt takes over, <see cref="Lost"/> is cancelled and nothing more is written.
/// </summary>
public sealed class JobAttempt : IAsyncDisposable
{
    private readonly IJobStore _store;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly Lock _gate = new();
    private List<JobEvent> _pending = [];
    private Job _job;
    private Job _stored;
    private Task _writing = Task.CompletedTask;

    private JobAttempt(Job stored, IJobStore store, TimeProvider time)
    {
        (_job, _stored, _store, _time) = (stored, stored, store, time);
    }

    /// <summary>The job as of the latest report.</summary>
    public Job Job
    {
        get
        {
            lock (_gate)
            {
                return _job;
            }
        }
    }

    /// <summary>The step that is being worked on, as far as was reported; <see langword="null"/> before the first.</summary>
    public string? RunningStep
    {
        get
        {
            lock (_gate)
            {
                return Array.Find(_job.Steps, s => s.Status == JobStep.Running)?.Name;
            }
        }
    }

    /// <summary>Whether steps were planned or reported: something works on the job, or did.</summary>
    public bool HasBegun
    {
        get
        {
            lock (_gate)
            {
                return _job.Steps.Length > 0;
            }
        }
    }

    /// <summary>Cancelled when this attempt has no longer a say in the job.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Marks the job as processing.</summary>
    /// <param name="job">The job as stored.</param>
    /// <param name="number">Number of the attempt, from 1.</param>
    /// <param name="store">Where jobs are kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The attempt, or <see langword="null"/> if the job changed meanwhile or is gone.</returns>
    public static async Task<JobAttempt?> BeginAsync(
        Job job, int number, IJobStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var now = time.GetUtcNow();
        var begun = job with { Status = JobStatus.Processing, StartedAt = now, Attempts = number, Steps = [], Progress = null };
        var stored = await store.TryReplaceAsync(begun, [Event(begun, JobEventTypes.Started, now)], cancellationToken);
        return stored is null ? null : new JobAttempt(stored, store, time);
    }

    /// <summary>Names the steps that will run, in order.</summary>
    public void Plan(IEnumerable<string> steps)
    {
        lock (_gate)
        {
            _job = _job with { Steps = [.. steps.Select(name => new JobStep { Name = name })] };
        }
    }

    /// <summary>A step began. One that was not planned is appended.</summary>
    public void StepStarted(string name) =>
        Report(name, (step, now) => step with { Status = JobStep.Running, StartedAt = now });

    /// <summary>A step ended well.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="duration">As measured where it ran.</param>
    public void StepCompleted(string name, TimeSpan duration) =>
        Report(
            name, (step, now) => step with { Status = JobStep.Completed, CompletedAt = now, DurationMs = Math.Round(duration.TotalMilliseconds, 3) });

    /// <summary>Reports progress without named steps.</summary>
    /// <param name="percentage">0..100; 100 is shown only once the job is completed.</param>
    /// <param name="message">What is being done.</param>
    public void Progress(int percentage, string message)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            _job = _job with
            {
                Progress = new JobProgress
                {
                    CurrentStep = message,
                    StepNumber = 1,
                    TotalSteps = 1,
                    Percentage = Math.Clamp(percentage, 0, 99),
                    UpdatedAt = now,
                },
            };
            Append(Event(_job, JobEventTypes.Progress, now));
        }
    }

    /// <summary>Stores the result and ends the job. <see langword="false"/> if the attempt was lost.</summary>
    public Task<bool> CompleteAsync(Payload result, CancellationToken cancellationToken) => EndAsync(
        (job, now) => job with
        {
            Status = JobStatus.Completed,
            CompletedAt = now,
            Result = result,
            Error = null,
            Waiting = null,
            Progress = (job.Progress ?? new JobProgress { CurrentStep = "done", StepNumber = 1, TotalSteps = 1 }) with
            {
                Percentage = 100,
                UpdatedAt = now,
            },
        },
        JobEventTypes.Completed,
        cancellationToken);

    /// <summary>Ends the job as failed. <see langword="false"/> if the attempt was lost.</summary>
    public Task<bool> FailAsync(JobError error, CancellationToken cancellationToken) => EndAsync(
        (job, now) => FailStep(job, error, now) with { Status = JobStatus.Failed, CompletedAt = now, Error = error, Waiting = null },
        JobEventTypes.Failed,
        cancellationToken);

    /// <summary>Ends the attempt; the job goes back to the queue. <see langword="false"/> if the attempt was lost.</summary>
    public Task<bool> RetryLaterAsync(JobError error, CancellationToken cancellationToken) => EndAsync(
        (job, now) => FailStep(job, error, now) with { Status = JobStatus.Queued, Error = error, Waiting = null },
        JobEventTypes.Queued,
        cancellationToken);

    /// <summary>
    /// Ends what was no attempt, since something could not be reached; the job goes back to the queue, with its attempts as before.
    /// <see langword="false"/> if the attempt was lost.
    /// </summary>
    /// <param name="waitingFor">One of the constants of <see cref="JobWaiting"/>.</param>
    /// <param name="error">What could not be reached.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<bool> WaitAsync(string waitingFor, JobError error, CancellationToken cancellationToken) => EndAsync(
        (job, now) => job with
        {
            Status = JobStatus.Queued,
            Attempts = job.Attempts - 1,
            Error = error,
            Waiting = new JobWaiting(waitingFor, job.Waiting?.Since ?? now),
            Steps = [],
            Progress = null,
        },
        JobEventTypes.Queued,
        cancellationToken);

    /// <summary>Waits for what was reported to be written.</summary>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync();
        _lost.Dispose();
    }

    private void Report(string name, Func<JobStep, DateTimeOffset, JobStep> change)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var steps = _job.Steps.ToArray();
            var index = Array.FindIndex(steps, s => s.Name == name);
            if (index < 0)
            {
                index = steps.Length;
                steps = [.. steps, new JobStep { Name = name }];
            }

            steps[index] = change(steps[index], now);
            var done = steps.Count(s => s.Status == JobStep.Completed);
            _job = _job with
            {
                Steps = steps,
                Progress = new JobProgress
                {
                    CurrentStep = name,
                    StepNumber = index + 1,
                    TotalSteps = steps.Length,
                    // The last percent belongs to storing the result.
                    Percentage = Math.Min(99, 100 * done / steps.Length),
                    UpdatedAt = now,
                },
            };
            Append(Event(_job, JobEventTypes.Progress, now) with { Step = steps[index] });
        }
    }

    private void Append(JobEvent jobEvent)
    {
        _pending.Add(jobEvent);
        if (_writing.IsCompleted && !_lost.IsCancellationRequested)
        {
            _writing = Task.Run(WriteAsync);
        }
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            List<JobEvent> batch;
            Job next;
            lock (_gate)
            {
                if (_pending.Count == 0 || _lost.IsCancellationRequested)
                {
                    // Decided under the lock: a report made after this starts a new writer.
                    _writing = Task.CompletedTask;
                    return;
                }

                (batch, _pending) = (_pending, []);
                next = _job with { Version = _stored.Version };
            }

            try
            {
                var stored = await _store.TryReplaceAsync(next, batch, CancellationToken.None);
                if (stored is null)
                {
                    await _lost.CancelAsync();
                    return;
                }

                lock (_gate)
                {
                    _stored = stored;
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The next report or the end of the attempt writes the whole state, with these events, again.
                Activity.Current?.AddException(e);
                lock (_gate)
                {
                    _pending.InsertRange(0, batch);
                }

                return;
            }
        }
    }

    private async Task<bool> EndAsync(Func<Job, DateTimeOffset, Job> change, string eventType, CancellationToken cancellationToken)
    {
        await DrainAsync();
        if (_lost.IsCancellationRequested)
        {
            return false;
        }

        var now = _time.GetUtcNow();
        var ended = change(_job, now) with { Version = _stored.Version };
        var stored = await _store.TryReplaceAsync(
            ended, [.. _pending, Event(ended, eventType, now) with { Error = ended.Error, WaitingFor = ended.Waiting?.For }], cancellationToken);
        if (stored is null)
        {
            await _lost.CancelAsync();
            return false;
        }

        lock (_gate)
        {
            (_job, _stored) = (stored, stored);
        }

        return true;
    }

    private async Task DrainAsync()
    {
        while (true)
        {
            Task writing;
            lock (_gate)
            {
                writing = _writing;
            }

            await writing;
            lock (_gate)
            {
                if (ReferenceEquals(writing, _writing) || _writing.IsCompleted)
                {
                    return;
                }
            }
        }
    }

    private static Job FailStep(Job job, JobError error, DateTimeOffset now) => job with
    {
        Steps = [.. job.Steps.Select(s => s.Status == JobStep.Running
            ? s with { Status = JobStep.Failed, CompletedAt = now, Error = error.Message }
            : s)],
    };

    private static JobEvent Event(Job job, string type, DateTimeOffset now) => new()
    {
        JobId = job.Id,
        Type = type,
        At = now,
        Status = job.Status,
        Progress = job.Progress,
    };
}
