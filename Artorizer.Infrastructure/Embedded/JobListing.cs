using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Embedded.Sqlite;
using Artorizer.Jobs;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>Listings by keyset: newest first, each page goes on below the last task id of the one before.</summary>
internal static class JobListing
{
    private const string Filters = " AND (?3 IS NULL OR j.type = ?3) AND (?4 IS NULL OR j.via = ?4) AND j.task_id < ?5";
    private const string Newest = " ORDER BY j.task_id DESC LIMIT ?6";

    internal const string All = JobRows.Columns + "WHERE TRUE" + Filters + Newest;
    internal const string OfStatus = JobRows.Columns + "WHERE j.status = ?2" + Filters + Newest;

    // Spelled with the constant, or the planner could not use the partial index.
    internal const string Processing = JobRows.Columns + "WHERE j.status = 1" + Filters + Newest;

    internal const string OfOwnerAndStatus = JobRows.Columns + "WHERE j.owner = ?1 AND j.status = ?2" + Filters + Newest;

    // One index serves owner and owner with status: the four states are four ordered runs of it, which SQLite merges.
    internal const string OfOwner =
        "SELECT * FROM (" + JobRows.Columns + "WHERE j.owner = ?1 AND j.status = 0" + Filters + Newest
        + ") UNION ALL SELECT * FROM (" + JobRows.Columns + "WHERE j.owner = ?1 AND j.status = 1" + Filters + Newest
        + ") UNION ALL SELECT * FROM (" + JobRows.Columns + "WHERE j.owner = ?1 AND j.status = 2" + Filters + Newest
        + ") UNION ALL SELECT * FROM (" + JobRows.Columns + "WHERE j.owner = ?1 AND j.status = 3" + Filters + Newest
        + ") ORDER BY task_id DESC LIMIT ?6";

    public static JobPage Read(SqliteSession session, JobQuery query)
    {
        using var rows = session.Use(Select(query));
        if (query.Owner is not null)
        {
            rows.Bind(1, query.Owner);
        }

        if (query.Status is { } status && !(query.Owner is null && status == JobStatus.Processing))
        {
            rows.Bind(2, (long)status);
        }

        // One more than asked for tells whether there is another page.
        rows.Bind(3, query.Type).Bind(4, query.Via).Bind(5, query.Cursor ?? long.MaxValue).Bind(6, query.Limit + 1);
        var jobs = new List<Job>(Math.Min(query.Limit, 64));
        var bytes = 0L;
        while (rows.Step())
        {
            bytes += JobRows.PayloadBytes(rows);
            if (jobs.Count == query.Limit || (jobs.Count > 0 && bytes > query.MaxBytes))
            {
                return new JobPage(jobs, jobs[^1].TaskId);
            }

            jobs.Add(JobRows.Read(rows));
        }

        return new JobPage(jobs, NextCursor: null);
    }

    private static string Select(JobQuery query) => (query.Owner, query.Status) switch
    {
        (null, null) => All,
        (null, JobStatus.Processing) => Processing,
        (null, _) => OfStatus,
        (_, null) => OfOwner,
        _ => OfOwnerAndStatus,
    };
}
