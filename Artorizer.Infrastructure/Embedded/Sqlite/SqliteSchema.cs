namespace Artorizer.Infrastructure.Embedded.Sqlite;

/// <summary>
/// Tables and their versions. <c>user_version</c> holds the version of the file; each step below takes it one further.
/// Times are UTC ticks. Indices are the ones that the statements use, no more: each costs a write per change.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>A step is never changed once released; a new one is appended.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE counters (id INTEGER PRIMARY KEY, value INTEGER NOT NULL);

        CREATE TABLE jobs (
            task_id INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            type TEXT NOT NULL,
            owner TEXT NOT NULL,
            status INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            via TEXT NOT NULL,
            content_sha256 TEXT,
            idempotency_key TEXT,
            submitted_at INTEGER NOT NULL,
            started_at INTEGER,
            completed_at INTEGER,
            attempts INTEGER NOT NULL,
            trace_parent TEXT,
            version INTEGER NOT NULL,
            state BLOB
        );
        CREATE INDEX jobs_listing ON jobs (owner, status, task_id);
        CREATE INDEX jobs_processing ON jobs (task_id) WHERE status = 1;
        CREATE INDEX jobs_completed ON jobs (completed_at) WHERE completed_at IS NOT NULL;
        CREATE INDEX jobs_content ON jobs (owner, content_sha256, task_id) WHERE content_sha256 IS NOT NULL AND status <> 3;
        CREATE UNIQUE INDEX jobs_idempotency ON jobs (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;

        -- Apart from the job, so that a change of state does not write its input again.
        CREATE TABLE job_payloads (
            task_id INTEGER PRIMARY KEY,
            data_format TEXT NOT NULL,
            data BLOB NOT NULL,
            result_format TEXT,
            result BLOB
        );

        CREATE TABLE job_events (
            task_id INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (task_id, sequence)
        ) WITHOUT ROWID;

        -- state: 0 ready or leased, 1 delayed until due, 2 dead. Leases are held in memory: the data directory belongs
        -- to one process, so a lease ends with it. payload_of: the data are those of the job with this task id.
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY,
            job_id TEXT NOT NULL,
            task_id INTEGER NOT NULL,
            type TEXT NOT NULL,
            owner TEXT NOT NULL,
            priority INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            submitted_at INTEGER NOT NULL,
            trace_parent TEXT,
            deliveries INTEGER NOT NULL,
            state INTEGER NOT NULL,
            due INTEGER,
            payload_of INTEGER,
            data_format TEXT,
            data BLOB,
            reason TEXT,
            dead_at INTEGER
        );
        CREATE INDEX messages_ready ON messages (priority DESC, id) WHERE state = 0;
        CREATE INDEX messages_due ON messages (due) WHERE state = 1;
        CREATE INDEX messages_dead ON messages (dead_at DESC, id DESC) WHERE state = 2;
        CREATE INDEX messages_job ON messages (job_id);

        -- Either data (small) or file (the rest).
        CREATE TABLE objects (
            key TEXT NOT NULL PRIMARY KEY,
            length INTEGER NOT NULL,
            content_type TEXT NOT NULL,
            etag TEXT NOT NULL,
            modified_at INTEGER NOT NULL,
            file TEXT,
            data BLOB
        );
        CREATE UNIQUE INDEX objects_file ON objects (file) WHERE file IS NOT NULL;
        """,

        """
        -- Queued jobs whose message goes to a queue elsewhere and is not known to be there.
        CREATE TABLE outbox (task_id INTEGER PRIMARY KEY, since INTEGER NOT NULL);
        """,

        """
        -- Jobs from before have neither: their wishes are not known, so nothing is a duplicate of them.
        ALTER TABLE jobs ADD COLUMN wishes_sha256 TEXT;
        ALTER TABLE jobs ADD COLUMN previous_id TEXT;
        """,
    ];

    /// <summary>Brings the database up to date.</summary>
    /// <exception cref="InvalidDataException">The file was written by a newer version.</exception>
    public static void Apply(SqliteSession session)
    {
        var version = session.Scalar("PRAGMA user_version");
        if (version > Steps.Length)
        {
            throw new InvalidDataException(
                $"The data directory was written by a newer version of Artorizer (schema {version}; this version knows {Steps.Length}).");
        }

        for (var step = (int)version; step < Steps.Length; step++)
        {
            session.Execute($"BEGIN IMMEDIATE;\n{Steps[step]}\nPRAGMA user_version = {step + 1};\nCOMMIT;");
        }
    }
}
