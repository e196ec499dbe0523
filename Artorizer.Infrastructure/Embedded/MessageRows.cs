using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded.Sqlite;
using Artorizer.Jobs.Queue;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>Statements on queue messages, for whichever transaction needs them.</summary>
internal static class MessageRows
{
    internal const int Ready = 0;
    internal const int Delayed = 1;
    internal const int Dead = 2;

    internal const string Insert =
        """
        INSERT INTO messages (id, job_id, task_id, type, owner, priority, attempts, submitted_at, trace_parent, deliveries,
            state, due, payload_of, data_format, data)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11, ?12, ?13, ?14)
        """;

    internal const string Candidates = "SELECT id FROM messages WHERE state = 0 ORDER BY priority DESC, id";

    internal const string Deliver =
        """
        UPDATE messages SET deliveries = deliveries + 1 WHERE id = ?1
        RETURNING job_id, task_id, type, owner, priority, attempts, submitted_at, trace_parent, payload_of, data_format, data, deliveries
        """;

    internal const string Undeliver = "UPDATE messages SET deliveries = deliveries - 1 WHERE id = ?1";
    internal const string Payload = "SELECT data_format, data FROM job_payloads WHERE task_id = ?1";
    internal const string Due = "UPDATE messages SET state = 0, due = NULL WHERE state = 1 AND due <= ?1";
    internal const string NextDue = "SELECT min(due) AS next_due FROM messages WHERE state = 1";
    internal const string Delete = "DELETE FROM messages WHERE id = ?1";
    internal const string OfJob = "SELECT id, state FROM messages WHERE job_id = ?1";

    internal const string Update =
        """
        UPDATE messages SET task_id = ?2, type = ?3, owner = ?4, priority = ?5, attempts = ?6, submitted_at = ?7,
            trace_parent = ?8, state = ?9, due = ?10
        WHERE id = ?1
        """;

    internal const string UpdateData = "UPDATE messages SET payload_of = NULL, data_format = ?2, data = ?3 WHERE id = ?1";
    internal const string Bury = "UPDATE messages SET state = 2, reason = ?2, dead_at = ?3 WHERE id = ?1";
    internal const string OlderDead = "DELETE FROM messages WHERE job_id = (SELECT job_id FROM messages WHERE id = ?1) AND state = 2 AND id <> ?1";
    internal const string DeleteDead = "DELETE FROM messages WHERE job_id = ?1 AND state = 2";

    internal const string ListDead =
        """
        SELECT job_id, task_id, type, owner, priority, attempts, submitted_at, trace_parent, payload_of, data_format, data, deliveries,
            reason, dead_at
        FROM messages WHERE state = 2 ORDER BY dead_at DESC, id DESC LIMIT ?1
        """;

    internal const string DetachData =
        """
        UPDATE messages SET (data_format, data) = (SELECT data_format, data FROM job_payloads WHERE task_id = payload_of), payload_of = NULL
        WHERE job_id = ?1 AND payload_of IS NOT NULL
        """;

    /// <summary>Adds a message, ready or delayed until <paramref name="due"/>.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="message">The message.</param>
    /// <param name="due">When it may be delivered, <see langword="null"/> for now.</param>
    /// <param name="payloadOf">The job that holds the same data in this database, so that they are not stored twice.</param>
    public static void Add(WriteSession session, QueueMessage message, DateTimeOffset? due, int? payloadOf)
    {
        using var insert = session.Use(Insert);
        insert.Bind(1, session.Add(Counter.LastMessageId, 1)).Bind(2, message.JobId).Bind(3, message.TaskId).Bind(4, message.Type)
            .Bind(5, message.Owner).Bind(6, message.Priority).Bind(7, message.Attempts).Bind(8, message.SubmittedAt)
            .Bind(9, message.TraceParent).Bind(10, due is null ? Ready : Delayed).Bind(11, due).Bind(12, payloadOf);
        if (payloadOf is null)
        {
            insert.Bind(13, message.Data.Format).Bind(14, message.Data.Bytes.Span);
        }

        insert.Run();
        session.Add(due is null ? Counter.MessagesReady : Counter.MessagesDelayed, 1);
    }

    /// <summary>Reads the columns of <see cref="Deliver"/> and <see cref="ListDead"/>.</summary>
    public static QueueMessage Read(SqliteSession session, SqliteStatement row) => new()
    {
        JobId = row.Text("job_id"),
        TaskId = row.Int32("task_id"),
        Type = row.Text("type"),
        Owner = row.Text("owner"),
        Priority = row.Int32("priority"),
        Attempts = row.Int32("attempts"),
        SubmittedAt = row.Time("submitted_at"),
        TraceParent = row.TextOrNull("trace_parent"),
        Data = row.IsNull("payload_of")
            ? new Payload(row.Text("data_format"), row.Blob("data").ToArray())
            : ReadPayload(session, row.Int64("payload_of")),
    };

    /// <summary>Counts a delivery. <see langword="null"/> if the message is gone.</summary>
    public static (QueueMessage Message, int Deliveries)? TryDeliver(WriteSession session, long id)
    {
        using var row = session.Use(Deliver).Bind(1, id);
        if (!row.Step())
        {
            return null;
        }

        var delivered = (Read(session, row), row.Int32("deliveries"));
        row.Step();
        return delivered;
    }

    /// <summary>Makes delayed messages ready whose time has come.</summary>
    public static void Promote(WriteSession session, DateTimeOffset now)
    {
        using var promote = session.Use(Due).Bind(1, now);
        var promoted = promote.Run();
        session.Add(Counter.MessagesDelayed, -promoted);
        session.Add(Counter.MessagesReady, promoted);
    }

    public static DateTimeOffset? FindNextDue(SqliteSession session)
    {
        using var next = session.Use(NextDue);
        return next.Step() ? next.TimeOrNull("next_due") : null;
    }

    /// <summary>Removes a ready (leased) message.</summary>
    public static bool Remove(WriteSession session, long id)
    {
        using var delete = session.Use(Delete).Bind(1, id);
        var removed = delete.Run() == 1;
        session.Add(Counter.MessagesReady, removed ? -1 : 0);
        return removed;
    }

    /// <summary>Puts another message in the place of a ready (leased) one.</summary>
    public static bool Replace(WriteSession session, long id, QueueMessage message, bool sameData, DateTimeOffset? due)
    {
        using (var update = session.Use(Update))
        {
            update.Bind(1, id).Bind(2, message.TaskId).Bind(3, message.Type).Bind(4, message.Owner).Bind(5, message.Priority)
                .Bind(6, message.Attempts).Bind(7, message.SubmittedAt).Bind(8, message.TraceParent)
                .Bind(9, due is null ? Ready : Delayed).Bind(10, due);
            if (update.Run() == 0)
            {
                return false;
            }
        }

        if (!sameData)
        {
            using var data = session.Use(UpdateData);
            data.Bind(1, id).Bind(2, message.Data.Format).Bind(3, message.Data.Bytes.Span).Run();
        }

        if (due is not null)
        {
            session.Add(Counter.MessagesReady, -1);
            session.Add(Counter.MessagesDelayed, 1);
        }

        return true;
    }

    /// <summary>Makes a ready (leased) message its job's dead letter, in the place of an older one.</summary>
    public static bool TryBury(WriteSession session, long id, string reason, DateTimeOffset now)
    {
        using (var older = session.Use(OlderDead).Bind(1, id))
        {
            session.Add(Counter.MessagesDead, -older.Run());
        }

        using var bury = session.Use(Bury).Bind(1, id).Bind(2, reason).Bind(3, now);
        var buried = bury.Run() == 1;
        session.Add(Counter.MessagesReady, buried ? -1 : 0);
        session.Add(Counter.MessagesDead, buried ? 1 : 0);
        return buried;
    }

    public static bool RemoveDead(WriteSession session, string jobId)
    {
        using var delete = session.Use(DeleteDead).Bind(1, jobId);
        var removed = delete.Run();
        session.Add(Counter.MessagesDead, -removed);
        return removed > 0;
    }

    /// <summary>Removes all messages of a job, dead ones too, and returns their numbers.</summary>
    public static IReadOnlyList<long> DeleteJob(WriteSession session, string jobId)
    {
        List<long>? ids = null;
        using (var rows = session.Use(OfJob).Bind(1, jobId))
        {
            while (rows.Step())
            {
                (ids ??= []).Add(rows.Int64("id"));
                session.Add(Counter.MessagesReady + rows.Int32("state"), -1);
            }
        }

        foreach (var id in ids ?? [])
        {
            using var delete = session.Use(Delete).Bind(1, id);
            delete.Run();
        }

        return (IReadOnlyList<long>?)ids ?? [];
    }

    /// <summary>Gives the job's messages their own copy of its data, before those change.</summary>
    public static void Detach(WriteSession session, string jobId)
    {
        using var detach = session.Use(DetachData).Bind(1, jobId);
        detach.Run();
    }

    private static Payload ReadPayload(SqliteSession session, long taskId)
    {
        using var row = session.Use(Payload).Bind(1, taskId);
        return row.Step() ? new Payload(row.Text("data_format"), row.Blob("data").ToArray()) : Contracts.Jobs.Payload.Null;
    }
}
