using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Redis.Scripts;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using StackExchange.Redis;

namespace Artorizer.Infrastructure.Redis;

/// <summary>
/// Jobs in Redis, each change one script and one round trip. As durable as Redis is set to be: with an append-only file
/// flushed every second, a power failure takes the last second; <see cref="RestoreAsync"/> brings its jobs back.
/// </summary>
internal sealed partial class RedisJobStore(RedisCommands redis, RedisStoreOptions options, TimeProvider time) : IJobStore
{
    private const int PurgeChunk = 100;

    // Replies of create-job.lua.
    private const int Created = 0;
    private const int SameKey = 1;
    private const int SameContent = 2;

    // Of restore-job.lua.
    private const int Restored = 0;
    private const int IsThere = 1;

    // Of replace-job.lua, in the place of a task id.
    private const long Conflict = 0;
    private const long DataNeeded = -1;

    private RedisKeys Keys => redis.Keys;

    private string TombstoneMilliseconds => RedisText.Number((long)options.TombstoneLifetime.TotalMilliseconds);

    public async Task<CreateJobResult> CreateAsync(Job job, CancellationToken cancellationToken, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(job);
        job = job with { Version = 1 };
        var now = time.GetUtcNow();
        List<RedisKey> keys = [.. KeysOf(job), Keys.Outbox, Keys.LastTaskId, Keys.Published];
        if (job.CompletedAt is not null)
        {
            keys.Add(Keys.Finished);
        }

        var reply = ((RedisResult[]?)await redis.EvaluateAsync(
            RedisScripts.CreateJob,
            [.. keys],
            [
                job.Id, .. IndexValues(job), RedisText.Score(now), Queued(job, now), job.WishesSha256 ?? "", force ? 1 : 0,
                .. RedisJobFields.Write(job, withData: true),
            ],
            cancellationToken))!;
        return (int)reply[0] switch
        {
            Created => new CreateJobResult(
                CreateJobOutcome.Created, job with { TaskId = (int)reply[1], PreviousJobId = (string?)reply[2] is { Length: > 0 } id ? id : null }),
            SameKey => new CreateJobResult(CreateJobOutcome.IdempotentReplay, RedisJobFields.Read(reply[1])!),
            SameContent => new CreateJobResult(CreateJobOutcome.Duplicate, RedisJobFields.Read(reply[1])!),

            // Ids are made for one submission: it was stored, and the answer was lost.
            _ => new CreateJobResult(CreateJobOutcome.Created, RedisJobFields.Read(reply[1])!),
        };
    }

    public async Task<Job?> TryReplaceAsync(Job job, IReadOnlyList<JobEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(events);

        // Data do not change as a rule, so only their digest goes along until the script asks for more.
        var taskId = await ReplaceAsync(job, events, withData: false, cancellationToken);
        if (taskId == DataNeeded)
        {
            taskId = await ReplaceAsync(job, events, withData: true, cancellationToken);
        }

        return taskId == Conflict ? null : job with { TaskId = (int)taskId, Version = job.Version + 1 };
    }

    public async Task<Job?> RestoreAsync(Job job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        job = job with { Version = 1 };
        var reply = ((RedisResult[]?)await redis.EvaluateAsync(
            RedisScripts.RestoreJob,
            [.. KeysOf(job), Keys.LastTaskId, Keys.Published, Keys.Gone(job.Id)],
            [
                job.Id, job.TaskId, .. IndexValues(job), Queued(job, time.GetUtcNow()),
                .. RedisJobFields.Write(job, withData: true),
            ],
            cancellationToken))!;
        return (int)reply[0] switch
        {
            Restored => job with { TaskId = (int)reply[1] },
            IsThere => RedisJobFields.Read(reply[1]),
            _ => null,
        };
    }

    public async Task<JobStatus?> DeleteAsync(string jobId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        return (JobStatus?)(int?)await redis.EvaluateAsync(
            RedisScripts.RemoveJob, [Keys.Job(jobId), Keys.Log(jobId), Keys.Gone(jobId)], [jobId, TombstoneMilliseconds], cancellationToken);
    }

    public async Task<IReadOnlyList<string>> PurgeAsync(DateTimeOffset completedBefore, int limit, CancellationToken cancellationToken)
    {
        // In chunks, so that a large purge does not hold up everyone else's commands.
        var purged = new List<string>();
        while (purged.Count < limit)
        {
            var chunk = Math.Min(PurgeChunk, limit - purged.Count);
            var ids = ((RedisValue[]?)await redis.EvaluateAsync(
                RedisScripts.RemoveFinishedJobs,
                [Keys.Finished],
                [RedisText.Score(completedBefore), chunk, TombstoneMilliseconds],
                cancellationToken))!;
            purged.AddRange(ids.Select(id => id.ToString()));
            if (ids.Length < chunk)
            {
                break;
            }
        }

        return purged;
    }

    /// <remarks>Not waited for, and nothing is said where it fails: the message is in the queue, and one more does no harm.</remarks>
    public async Task MarkSentAsync(string jobId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        try
        {
            await redis.RunAsync(database => database.SortedSetRemoveAsync(Keys.Outbox, jobId, CommandFlags.FireAndForget), cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // See above.
        }
    }

    private async Task<long> ReplaceAsync(Job job, IReadOnlyList<JobEvent> events, bool withData, CancellationToken cancellationToken)
    {
        var next = job with { Version = job.Version + 1 };
        var now = time.GetUtcNow();
        return (long)await redis.EvaluateAsync(
            RedisScripts.ReplaceJob,
            [.. KeysOf(job), Keys.Outbox, Keys.Finished, Keys.Published],
            [
                job.Id, job.Version, .. IndexValues(job), RedisText.Score(now), Queued(job, now), RedisJobFields.Digest(job.Data),
                withData ? 1 : 0, job.Result is null ? 0 : 1, events.Count, .. events.Select(e => (RedisValue)StoredEvent.Write(e)),
                .. RedisJobFields.Write(next, withData),
            ],
            cancellationToken);
    }

    // State, owner, hash, idempotency key and time of completion, as the scripts' function "link" takes them.
    private static RedisValue[] IndexValues(Job job) =>
    [
        (int)job.Status, job.Owner, job.ContentSha256 ?? "", job.IdempotencyKey ?? "",
        job.IsFinished && job.CompletedAt is { } completed ? RedisText.Score(completed) : "",
    ];

    private List<RedisKey> KeysOf(Job job)
    {
        List<RedisKey> keys = [Keys.Job(job.Id), Keys.Log(job.Id), Keys.Jobs, Keys.Status(job.Status), Keys.Owner(job.Status, job.Owner)];
        if (job.ContentSha256 is { } hash)
        {
            keys.Add(Keys.Content(job.Owner, hash));
        }

        if (job.IdempotencyKey is { } key)
        {
            keys.Add(Keys.Idempotency(job.Owner, key));
        }

        return keys;
    }

    private static byte[] Queued(Job job, DateTimeOffset now) =>
        StoredEvent.Write(new JobEvent { JobId = job.Id, Type = JobEventTypes.Queued, At = now, Status = job.Status });
}
