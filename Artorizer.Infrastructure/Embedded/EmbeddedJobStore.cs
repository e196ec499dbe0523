using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded.Sqlite;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Queue;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>Jobs in SQLite; submission stores job, message and first event in one transaction.</summary>
internal sealed class EmbeddedJobStore(
    SqliteWriter writer, SqliteReaders readers, EmbeddedJobQueue queue, EmbeddedJobEvents log, DataDirectory directory,
    EmbeddedStoreOptions options, TimeProvider time) : IJobStore, IJobSubmission
{
    private const int PurgeChunk = 200;

    public Task<CreateJobResult> CreateAsync(Job job, CancellationToken cancellationToken, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(job);
        EnsureRoom();
        return ResultAsync(writer.WriteAsync<(CreateJobResult Result, JobEvent? First)>(
            session =>
            {
                if (FindExisting(session, job, force) is { } existing)
                {
                    return (existing, null);
                }

                var stored = JobRows.Add(session, job);
                return (new CreateJobResult(CreateJobOutcome.Created, stored), stored.Status == JobStatus.Queued ? AddUnsent(session, stored) : null);
            },
            written => Tell(written.First), cancellationToken, Weigh(job)));

        static async Task<CreateJobResult> ResultAsync(Task<(CreateJobResult Result, JobEvent? First)> written) => (await written).Result;
    }

    public async Task<CreateJobResult> SubmitAsync(
        Job job, Func<Job, QueueMessage> message, TimeSpan delay, CancellationToken cancellationToken, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(message);
        EnsureRoom();
        var now = time.GetUtcNow();
        var due = EmbeddedJobQueue.DueAfter(now, delay);
        var (result, _) = await writer.WriteAsync<(CreateJobResult Result, JobEvent? First)>(
            session =>
            {
                if (FindExisting(session, job, force) is { } existing)
                {
                    return (existing, null);
                }

                var stored = JobRows.Add(session, job);
                var queued = message(stored);
                MessageRows.Add(session, queued, due, ReferenceEquals(queued.Data, job.Data) ? stored.TaskId : null);
                return (new CreateJobResult(CreateJobOutcome.Created, stored), EventRows.Add(session, QueuedEvent(stored, now)));
            },
            written =>
            {
                if (written.First is { } first)
                {
                    queue.Added(due);
                    log.Committed(first);
                }
            },
            cancellationToken, Weigh(job));
        return result;
    }

    public async Task<Job?> RequeueAsync(Job job, Func<Job, QueueMessage> message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(message);
        var now = time.GetUtcNow();
        var (stored, _) = await writer.WriteAsync<(Job? Stored, JobEvent? Queued)>(
            session =>
            {
                if (JobRows.Replace(session, job, out _) is not { } replaced)
                {
                    return (null, null);
                }

                MessageRows.RemoveDead(session, replaced.Id);
                var queued = message(replaced);
                MessageRows.Add(session, queued, due: null, ReferenceEquals(queued.Data, replaced.Data) ? replaced.TaskId : null);
                return (replaced, EventRows.Add(session, QueuedEvent(replaced, now)));
            },
            written =>
            {
                if (written.Queued is { } queued)
                {
                    queue.Added(null);
                    log.Committed(queued);
                }
            },
            cancellationToken,
            Weigh(job));
        return stored;
    }

    public Task<Job?> GetAsync(string jobId, CancellationToken cancellationToken) =>
        readers.ReadAsync(session => JobRows.Single(session, JobRows.ById, jobId), cancellationToken);

    public Task<Job?> GetByTaskIdAsync(int taskId, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            session =>
            {
                using var row = session.Use(JobRows.ByTaskId).Bind(1, taskId);
                return row.Step() ? JobRows.Read(row) : null;
            },
            cancellationToken);

    public Task<Job?> FindLatestVersionAsync(string owner, string contentSha256, CancellationToken cancellationToken) =>
        readers.ReadAsync(session => JobRows.Single(session, JobRows.ByContent, owner, contentSha256), cancellationToken);

    public Task<Job?> FindByIdempotencyKeyAsync(string owner, string idempotencyKey, CancellationToken cancellationToken) =>
        readers.ReadAsync(session => JobRows.Single(session, JobRows.ByIdempotencyKey, owner, idempotencyKey), cancellationToken);

    public async Task<Job?> TryReplaceAsync(Job job, IReadOnlyList<JobEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(events);
        var (stored, _) = await writer.WriteAsync<(Job? Stored, List<JobEvent> Told)>(
            session =>
            {
                if (JobRows.Replace(session, job, out var before) is not { } replaced)
                {
                    return (null, []);
                }

                var told = new List<JobEvent>(events.Count + 1);
                if (before == JobStatus.Failed && replaced.Status == JobStatus.Queued)
                {
                    told.Add(AddUnsent(session, replaced));
                }

                told.AddRange(events.Select(e => EventRows.Add(session, e)));
                return (replaced, told);
            },
            written => written.Told.ForEach(Tell), cancellationToken, Weigh(job));
        return stored;
    }

    public Task<Job?> RestoreAsync(Job job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        return GetAsync(job.Id, cancellationToken);
    }

    public Task MarkSentAsync(string jobId, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            session =>
            {
                OutboxRows.Remove(session, jobId);
                return true;
            },
            committed: null, cancellationToken);

    public Task<IReadOnlyList<Job>> ListUnsentAsync(DateTimeOffset storedBefore, int limit, CancellationToken cancellationToken) =>
        readers.ReadAsync(session => OutboxRows.Read(session, storedBefore, limit), cancellationToken);

    public Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 1000, nameof(query));
        return readers.ReadAsync(session => JobListing.Read(session, query), cancellationToken);
    }

    public async Task<JobStatus?> DeleteAsync(string jobId, CancellationToken cancellationToken)
    {
        var (status, _) = await writer.WriteAsync(
            session => JobRows.Delete(session, jobId), deleted => queue.Forget(deleted.Messages), cancellationToken);
        return status;
    }

    public async Task<IReadOnlyList<string>> PurgeAsync(DateTimeOffset completedBefore, int limit, CancellationToken cancellationToken)
    {
        // In chunks, so that a large purge does not hold up everyone else's commits.
        var purged = new List<string>();
        while (purged.Count < limit)
        {
            var chunk = Math.Min(PurgeChunk, limit - purged.Count);
            var (jobs, _) = await writer.WriteAsync(
                session => Purge(session, completedBefore, chunk), written => queue.Forget(written.Messages), cancellationToken);
            purged.AddRange(jobs);
            if (jobs.Count < chunk)
            {
                break;
            }
        }

        return purged;
    }

    public Task<JobCounts> CountAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new JobCounts(
            writer.Committed(Counter.JobsQueued), writer.Committed(Counter.JobsProcessing),
            writer.Committed(Counter.JobsCompleted), writer.Committed(Counter.JobsFailed)));
    }

    private static CreateJobResult? FindExisting(WriteSession session, Job job, bool force)
    {
        if (job.IdempotencyKey is { } key && JobRows.Single(session, JobRows.ByIdempotencyKey, job.Owner, key) is { } replay)
        {
            return new CreateJobResult(CreateJobOutcome.IdempotentReplay, replay);
        }

        if (job.ContentSha256 is not null && !force && JobRows.FindDuplicate(session, job) is { } duplicate)
        {
            return new CreateJobResult(CreateJobOutcome.Duplicate, duplicate);
        }

        return null;
    }

    private static (List<string> Jobs, List<long> Messages) Purge(WriteSession session, DateTimeOffset completedBefore, int limit)
    {
        var old = new List<(long TaskId, string Id, JobStatus Status)>();
        using (var rows = session.Use(JobRows.Purgeable).Bind(1, completedBefore).Bind(2, limit))
        {
            while (rows.Step())
            {
                old.Add((rows.Int64("task_id"), rows.Text("id"), (JobStatus)rows.Int32("status")));
            }
        }

        var messages = new List<long>();
        foreach (var (taskId, id, status) in old)
        {
            messages.AddRange(JobRows.Delete(session, taskId, id, status));
        }

        return (old.ConvertAll(job => job.Id), messages);
    }

    private static JobEvent QueuedEvent(Job job, DateTimeOffset now) =>
        new() { JobId = job.Id, Type = JobEventTypes.Queued, At = now, Status = job.Status };

    private JobEvent AddUnsent(WriteSession session, Job job)
    {
        var now = time.GetUtcNow();
        OutboxRows.Add(session, job.TaskId, now);
        return EventRows.Add(session, QueuedEvent(job, now));
    }

    private void Tell(JobEvent? committed)
    {
        if (committed is not null)
        {
            log.Committed(committed);
        }
    }

    private static int Weigh(Job job) => 1024 + job.Data.Bytes.Length + (job.Result?.Bytes.Length ?? 0);

    private void EnsureRoom()
    {
        if (options.MinFreeBytes > 0 && directory.FreeBytes < options.MinFreeBytes)
        {
            throw new StorageFullException("The disk that holds the data directory is almost full.");
        }
    }
}
