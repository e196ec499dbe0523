using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded.Sqlite;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>Statements on the outbox: queued jobs whose message goes to a queue elsewhere and is not known to be there.</summary>
internal static class OutboxRows
{
    internal const string Insert = "INSERT OR REPLACE INTO outbox (task_id, since) VALUES (?1, ?2)";
    internal const string Delete = "DELETE FROM outbox WHERE task_id = (SELECT task_id FROM jobs WHERE id = ?1)";

    internal const string Oldest =
        JobRows.Columns + "JOIN outbox o ON o.task_id = j.task_id WHERE o.since < ?1 ORDER BY o.since, o.task_id LIMIT ?2";

    public static void Add(WriteSession session, int taskId, DateTimeOffset now)
    {
        using var insert = session.Use(Insert).Bind(1, taskId).Bind(2, now);
        insert.Run();
    }

    public static void Remove(WriteSession session, string jobId)
    {
        using var delete = session.Use(Delete).Bind(1, jobId);
        delete.Run();
    }

    public static IReadOnlyList<Job> Read(SqliteSession session, DateTimeOffset storedBefore, int limit)
    {
        using var rows = session.Use(Oldest).Bind(1, storedBefore).Bind(2, limit);
        var jobs = new List<Job>();
        while (rows.Step())
        {
            jobs.Add(JobRows.Read(rows));
        }

        return jobs;
    }
}
