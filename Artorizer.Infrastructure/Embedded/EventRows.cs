using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded.Sqlite;
using Artorizer.Jobs.Events;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>Statements on events, for whichever transaction needs them.</summary>
internal static class EventRows
{
    internal const string Insert =
        """
        INSERT INTO job_events (task_id, sequence, body)
        SELECT task_id, 1 + coalesce((SELECT max(e.sequence) FROM job_events e WHERE e.task_id = j.task_id), 0), ?2
        FROM jobs j WHERE j.id = ?1
        RETURNING sequence
        """;

    internal const string After =
        """
        SELECT e.sequence, e.body FROM job_events e
        WHERE e.task_id = (SELECT task_id FROM jobs WHERE id = ?1) AND e.sequence > ?2
        ORDER BY e.sequence LIMIT ?3
        """;

    /// <summary>Stores the event under the job's next number; one of a job that is not there keeps number 0.</summary>
    public static JobEvent Add(WriteSession session, JobEvent jobEvent)
    {
        using var insert = session.Use(Insert)
            .Bind(1, jobEvent.JobId)
            .Bind(2, StoredEvent.Write(jobEvent));
        if (!insert.Step())
        {
            return jobEvent with { Sequence = 0 };
        }

        var sequence = insert.Int64("sequence");
        insert.Step();
        return jobEvent with { Sequence = sequence };
    }

    public static JobEvent[] Read(SqliteSession session, string jobId, long after, int limit)
    {
        using var rows = session.Use(After).Bind(1, jobId).Bind(2, after).Bind(3, limit);
        var events = new List<JobEvent>();
        while (rows.Step())
        {
            events.Add(StoredEvent.Read(jobId, rows.Int64("sequence"), rows.Blob("body")));
        }

        return [.. events];
    }
}
