using System.Text.Json;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded.Sqlite;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>Statements on jobs, for whichever transaction needs them.</summary>
internal static class JobRows
{
    internal const string Columns =
        """
        SELECT j.task_id, j.id, j.type, j.owner, j.status, j.priority, j.via, j.content_sha256, j.wishes_sha256, j.previous_id, j.idempotency_key,
            j.submitted_at, j.started_at, j.completed_at, j.attempts, j.trace_parent, j.version, j.state,
            p.data_format, p.data, p.result_format, p.result
        FROM jobs j JOIN job_payloads p ON p.task_id = j.task_id

        """;

    internal const string ById = Columns + "WHERE j.id = ?1";
    internal const string ByTaskId = Columns + "WHERE j.task_id = ?1";
    internal const string ByIdempotencyKey = Columns + "WHERE j.owner = ?1 AND j.idempotency_key = ?2";

    private const string OfContent = "WHERE j.owner = ?1 AND j.content_sha256 = ?2 AND j.status <> 3";
    private const string Latest = " ORDER BY j.task_id DESC LIMIT 1";

    internal const string ByContent = Columns + OfContent + Latest;

    internal const string ByWishes = Columns + OfContent + " AND j.wishes_sha256 IS ?3" + Latest;

    internal const string LatestId = "SELECT j.id FROM jobs j " + OfContent + Latest;

    internal const string Insert =
        """
        INSERT INTO jobs (task_id, id, type, owner, status, priority, via, content_sha256, idempotency_key,
            submitted_at, started_at, completed_at, attempts, trace_parent, version, state, wishes_sha256, previous_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
        """;

    internal const string InsertPayload = "INSERT INTO job_payloads (task_id, data_format, data, result_format, result) VALUES (?1, ?2, ?3, ?4, ?5)";

    // SQLite rewrites the index entries of every column that is set, changed or not; so each update sets what it must.
    internal const string Compare =
        """
        SELECT task_id, status,
            type = ?3 AND owner = ?4 AND priority = ?5 AND via = ?6 AND content_sha256 IS ?7 AND idempotency_key IS ?8
                AND submitted_at = ?9 AND trace_parent IS ?10 AND wishes_sha256 IS ?13 AS same_identity,
            status = ?11 AND completed_at IS ?12 AS same_status
        FROM jobs WHERE id = ?1 AND version = ?2
        """;

    internal const string UpdateIdentity =
        """
        UPDATE jobs SET type = ?2, owner = ?3, priority = ?4, via = ?5, content_sha256 = ?6, idempotency_key = ?7,
            submitted_at = ?8, trace_parent = ?9, wishes_sha256 = ?10
        WHERE task_id = ?1
        """;

    internal const string UpdateStatus = "UPDATE jobs SET status = ?2, completed_at = ?3 WHERE task_id = ?1";
    internal const string UpdateState = "UPDATE jobs SET started_at = ?2, attempts = ?3, version = ?4, state = ?5 WHERE task_id = ?1";

    internal const string ComparePayload =
        """
        SELECT data_format = ?2 AND data = ?3 AS same_data, result_format IS ?4 AND result IS ?5 AS same_result
        FROM job_payloads WHERE task_id = ?1
        """;

    internal const string UpdatePayload = "UPDATE job_payloads SET data_format = ?2, data = ?3, result_format = ?4, result = ?5 WHERE task_id = ?1";

    internal const string Find = "SELECT task_id, status FROM jobs WHERE id = ?1";
    internal const string DeleteJob = "DELETE FROM jobs WHERE task_id = ?1";
    internal const string DeletePayload = "DELETE FROM job_payloads WHERE task_id = ?1";
    internal const string DeleteUnsent = "DELETE FROM outbox WHERE task_id = ?1";
    internal const string DeleteEvents = "DELETE FROM job_events WHERE task_id = ?1";

    internal const string Purgeable =
        "SELECT task_id, id, status FROM jobs WHERE completed_at < ?1 AND status >= 2 ORDER BY completed_at LIMIT ?2";

    public static Job? Single(SqliteSession session, string sql, string first, string? second = null)
    {
        using var row = session.Use(sql).Bind(1, first);
        if (second is not null)
        {
            row.Bind(2, second);
        }

        return row.Step() ? Read(row) : null;
    }

    /// <summary>The owner's latest unfailed job for the same image and the same wishes.</summary>
    public static Job? FindDuplicate(SqliteSession session, Job job)
    {
        using var row = session.Use(ByWishes).Bind(1, job.Owner).Bind(2, job.ContentSha256).Bind(3, job.WishesSha256);
        return row.Step() ? Read(row) : null;
    }

    /// <summary>Id of the owner's latest unfailed job for the same image.</summary>
    public static string? FindPrevious(SqliteSession session, Job job)
    {
        using var row = session.Use(LatestId).Bind(1, job.Owner).Bind(2, job.ContentSha256);
        return row.Step() ? row.Text("id") : null;
    }

    /// <summary>Bytes of data and result.</summary>
    public static long PayloadBytes(SqliteStatement row) => row.Blob("data").Length + (row.IsNull("result_format") ? 0L : row.Blob("result").Length);

    public static Job Read(SqliteStatement row)
    {
        var state = row.IsNull("state") ? null : JsonSerializer.Deserialize(row.Blob("state"), StoredJson.Default.StoredState);
        return new Job
        {
            TaskId = row.Int32("task_id"),
            Id = row.Text("id"),
            Type = row.Text("type"),
            Owner = row.Text("owner"),
            Status = (JobStatus)row.Int32("status"),
            Priority = row.Int32("priority"),
            Via = row.Text("via"),
            ContentSha256 = row.TextOrNull("content_sha256"),
            WishesSha256 = row.TextOrNull("wishes_sha256"),
            PreviousJobId = row.TextOrNull("previous_id"),
            IdempotencyKey = row.TextOrNull("idempotency_key"),
            SubmittedAt = row.Time("submitted_at"),
            StartedAt = row.TimeOrNull("started_at"),
            CompletedAt = row.TimeOrNull("completed_at"),
            Attempts = row.Int32("attempts"),
            TraceParent = row.TextOrNull("trace_parent"),
            Version = row.Int64("version"),
            Progress = state?.Progress,
            Steps = state?.Steps ?? [],
            Error = state?.Error,
            Waiting = state?.Waiting,
            Data = new Payload(row.Text("data_format"), row.Blob("data").ToArray()),
            Result = row.IsNull("result_format") ? null : new Payload(row.Text("result_format"), row.Blob("result").ToArray()),
        };
    }

    /// <summary>Stores a new job under the next task id.</summary>
    public static Job Add(WriteSession session, Job job)
    {
        job = job with
        {
            TaskId = checked((int)session.Add(Counter.LastTaskId, 1)),
            Version = 1,
            PreviousJobId = job.ContentSha256 is null ? null : FindPrevious(session, job),
        };
        using (var insert = session.Use(Insert))
        {
            insert.Bind(1, job.TaskId).Bind(2, job.Id).Bind(3, job.Type).Bind(4, job.Owner).Bind(5, (long)job.Status)
                .Bind(6, job.Priority).Bind(7, job.Via).Bind(8, job.ContentSha256).Bind(9, job.IdempotencyKey)
                .Bind(10, job.SubmittedAt).Bind(11, job.StartedAt).Bind(12, job.CompletedAt).Bind(13, job.Attempts)
                .Bind(14, job.TraceParent).Bind(15, job.Version);
            BindState(insert, 16, job);
            insert.Bind(17, job.WishesSha256).Bind(18, job.PreviousJobId);
            insert.Run();
        }

        using (var payload = session.Use(InsertPayload))
        {
            BindPayloads(payload, job);
            payload.Run();
        }

        session.Add((Counter)job.Status, 1);
        return job;
    }

    /// <summary>Compare-and-set; <see langword="null"/> if another version is stored.</summary>
    public static Job? Replace(WriteSession session, Job job, out JobStatus oldStatus)
    {
        int taskId;
        bool sameIdentity, sameStatus;
        using (var compare = session.Use(Compare))
        {
            compare.Bind(1, job.Id).Bind(2, job.Version).Bind(3, job.Type).Bind(4, job.Owner).Bind(5, job.Priority)
                .Bind(6, job.Via).Bind(7, job.ContentSha256).Bind(8, job.IdempotencyKey).Bind(9, job.SubmittedAt)
                .Bind(10, job.TraceParent).Bind(11, (long)job.Status).Bind(12, job.CompletedAt).Bind(13, job.WishesSha256);
            if (!compare.Step())
            {
                oldStatus = default;
                return null;
            }

            taskId = compare.Int32("task_id");
            oldStatus = (JobStatus)compare.Int32("status");
            sameIdentity = compare.Boolean("same_identity");
            sameStatus = compare.Boolean("same_status");
        }

        job = job with { TaskId = taskId, Version = job.Version + 1 };
        if (!sameIdentity)
        {
            using var update = session.Use(UpdateIdentity);
            update.Bind(1, taskId).Bind(2, job.Type).Bind(3, job.Owner).Bind(4, job.Priority).Bind(5, job.Via)
                .Bind(6, job.ContentSha256).Bind(7, job.IdempotencyKey).Bind(8, job.SubmittedAt).Bind(9, job.TraceParent)
                .Bind(10, job.WishesSha256).Run();
        }

        if (!sameStatus)
        {
            using var update = session.Use(UpdateStatus);
            update.Bind(1, taskId).Bind(2, (long)job.Status).Bind(3, job.CompletedAt).Run();
            session.Add((Counter)oldStatus, -1);
            session.Add((Counter)job.Status, 1);
        }

        using (var update = session.Use(UpdateState))
        {
            update.Bind(1, taskId).Bind(2, job.StartedAt).Bind(3, job.Attempts).Bind(4, job.Version);
            BindState(update, 5, job);
            update.Run();
        }

        ReplacePayloads(session, job);
        return job;
    }

    /// <summary>
    /// Removes the job with its events, messages and dead letter. Returns the state that it was in, <see langword="null"/> if
    /// it is not there, and the numbers of its messages.
    /// </summary>
    public static (JobStatus? Status, IReadOnlyList<long> Messages) Delete(WriteSession session, string jobId)
    {
        long taskId;
        JobStatus status;
        using (var find = session.Use(Find).Bind(1, jobId))
        {
            if (!find.Step())
            {
                return (null, []);
            }

            taskId = find.Int64("task_id");
            status = (JobStatus)find.Int32("status");
        }

        return (status, Delete(session, taskId, jobId, status));
    }

    public static IReadOnlyList<long> Delete(WriteSession session, long taskId, string jobId, JobStatus status)
    {
        foreach (var sql in (ReadOnlySpan<string>)[DeleteJob, DeletePayload, DeleteEvents, DeleteUnsent])
        {
            using var delete = session.Use(sql).Bind(1, taskId);
            delete.Run();
        }

        session.Add((Counter)status, -1);
        return MessageRows.DeleteJob(session, jobId);
    }

    private static void ReplacePayloads(WriteSession session, Job job)
    {
        bool sameData, sameResult;
        using (var compare = session.Use(ComparePayload))
        {
            BindPayloads(compare, job);
            compare.Step();
            sameData = compare.Boolean("same_data");
            sameResult = compare.Boolean("same_result");
        }

        if (!sameData)
        {
            MessageRows.Detach(session, job.Id);
        }

        if (!sameData || !sameResult)
        {
            using var update = session.Use(UpdatePayload);
            BindPayloads(update, job);
            update.Run();
        }
    }

    private static void BindPayloads(SqliteStatement statement, Job job)
    {
        statement.Bind(1, job.TaskId).Bind(2, job.Data.Format).Bind(3, job.Data.Bytes.Span);
        if (job.Result is { } result)
        {
            statement.Bind(4, result.Format).Bind(5, result.Bytes.Span);
        }
    }

    private static void BindState(SqliteStatement statement, int index, Job job)
    {
        if (job is { Progress: null, Error: null, Waiting: null, Steps.Length: 0 })
        {
            statement.BindNull(index);
            return;
        }

        var state = new StoredState(job.Progress, job.Steps.Length == 0 ? null : job.Steps, job.Error, job.Waiting);
        statement.Bind(index, JsonSerializer.SerializeToUtf8Bytes(state, StoredJson.Default.StoredState));
    }
}
