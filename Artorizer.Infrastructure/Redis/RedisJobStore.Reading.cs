using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Redis.Scripts;
using Artorizer.Jobs;
using StackExchange.Redis;

namespace Artorizer.Infrastructure.Redis;

/// <content>What is asked of the jobs. Always of the primary: a replica may be behind.</content>
internal sealed partial class RedisJobStore
{
    // A script holds up every other command, so it looks at so many entries and returns so many jobs at most.
    private const int ScriptJobs = 100;
    private const int ScriptEntries = 1000;

    // What a listing looks at in all. A filter that matches less leaves the rest to the next page.
    private const int PageEntries = 20_000;

    private static readonly JobStatus[] Statuses = Enum.GetValues<JobStatus>();

    public async Task<Job?> GetAsync(string jobId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        return RedisJobFields.Read(await redis.RunAsync(
            database => database.HashGetAsync(Keys.Job(jobId), RedisJobFields.All), cancellationToken));
    }

    public async Task<Job?> GetByTaskIdAsync(int taskId, CancellationToken cancellationToken) =>
        RedisJobFields.Read(await redis.EvaluateAsync(RedisScripts.FindByTaskId, [Keys.Jobs], [taskId], cancellationToken));

    public async Task<Job?> FindLatestVersionAsync(string owner, string contentSha256, CancellationToken cancellationToken) =>
        RedisJobFields.Read(await redis.EvaluateAsync(RedisScripts.FindByContent, [Keys.Content(owner, contentSha256)], [], cancellationToken));

    public async Task<Job?> FindByIdempotencyKeyAsync(string owner, string idempotencyKey, CancellationToken cancellationToken) =>
        RedisJobFields.Read(
            await redis.EvaluateAsync(RedisScripts.FindByIdempotencyKey, [Keys.Idempotency(owner, idempotencyKey)], [], cancellationToken));

    public async Task<JobCounts> CountAsync(CancellationToken cancellationToken)
    {
        var counts = ((RedisValue[]?)await redis.EvaluateAsync(
            RedisScripts.CountJobs, [.. Statuses.Select(Keys.Status)], [], cancellationToken))!;
        return new JobCounts((long)counts[0], (long)counts[1], (long)counts[2], (long)counts[3]);
    }

    public async Task<IReadOnlyList<Job>> ListUnsentAsync(DateTimeOffset storedBefore, int limit, CancellationToken cancellationToken)
    {
        var jobs = new List<Job>();
        var seen = 0;
        while (jobs.Count < limit)
        {
            var chunk = Math.Min(ScriptJobs, limit - jobs.Count);
            var reply = ((RedisResult[]?)await redis.EvaluateAsync(
                RedisScripts.FindUnsentJobs, [Keys.Outbox], [RedisText.Score(storedBefore), seen, chunk], cancellationToken))!;
            AddJobs(jobs, reply[1]);
            seen += (int)reply[0];
            if ((int)reply[0] < chunk)
            {
                break;
            }
        }

        return jobs;
    }

    public async Task<JobPage> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 1000, nameof(query));

        var indices = IndicesFor(query);
        var filters = query.Type is not null || query.Via is not null;
        RedisValue before = query.Cursor is { } cursor ? cursor : "+inf";
        var jobs = new List<Job>();
        var room = query.MaxBytes;
        for (var seen = 0; seen < PageEntries;)
        {
            // One more than asked for tells whether there is another page.
            var wanted = Math.Min(ScriptJobs, query.Limit + 1 - jobs.Count);
            var most = filters ? ScriptEntries : wanted;
            var reply = ((RedisResult[]?)await redis.EvaluateAsync(
                RedisScripts.ListJobs,
                indices,
                [before, wanted, most, query.Type ?? "", query.Via ?? "", room, jobs.Count == 0 ? 1 : 0],
                cancellationToken))!;
            var known = jobs.Count;
            AddJobs(jobs, reply[1]);
            room -= jobs.Skip(known).Sum(job => (long)job.Data.Bytes.Length + (job.Result?.Bytes.Length ?? 0));
            var last = (int)reply[0];
            if ((int)reply[2] == 1)
            {
                return new JobPage(jobs, jobs[^1].TaskId);
            }

            if (jobs.Count > query.Limit)
            {
                jobs.RemoveAt(query.Limit);
                return new JobPage(jobs, jobs[^1].TaskId);
            }

            if (last == 0)
            {
                return new JobPage(jobs, NextCursor: null);
            }

            before = last;
            seen += most;
        }

        return new JobPage(jobs, (int)before);
    }

    private RedisKey[] IndicesFor(JobQuery query) => (query.Owner, query.Status) switch
    {
        (null, null) => [Keys.Jobs],
        (null, { } status) => [Keys.Status(status)],
        ({ } owner, { } status) => [Keys.Owner(status, owner)],
        ({ } owner, null) => [.. Statuses.Select(status => Keys.Owner(status, owner))],
    };

    private static void AddJobs(List<Job> jobs, RedisResult found)
    {
        foreach (var fields in ((RedisResult[]?)found)!)
        {
            if (RedisJobFields.Read(fields) is { } job)
            {
                jobs.Add(job);
            }
        }
    }
}
