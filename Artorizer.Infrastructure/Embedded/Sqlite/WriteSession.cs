using Microsoft.Data.Sqlite;

namespace Artorizer.Infrastructure.Embedded.Sqlite;

/// <summary>The one connection that writes, with the counters as its open transaction sees them.</summary>
internal sealed class WriteSession : SqliteSession
{
    private const string SaveCounter = "INSERT INTO counters (id, value) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET value = excluded.value";
    private const string LoadCounters = "SELECT id, value FROM counters";

    private readonly long[] _committed = new long[(int)Counter.Count];
    private readonly long[] _pending = new long[(int)Counter.Count];

    public WriteSession(string path)
        : base(path, SqliteOpenMode.ReadWriteCreate, cacheKibibytes: 16 * 1024)
    {
        // FULL: a commit in WAL mode returns only when the log has been fsynced.
        Execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096; "
                + "PRAGMA journal_size_limit = 67108864; PRAGMA foreign_keys = OFF;");
        SqliteSchema.Apply(this);

        using var rows = Use(LoadCounters);
        while (rows.Step())
        {
            _committed[rows.Int32("id")] = _pending[rows.Int32("id")] = rows.Int64("value");
        }
    }

    /// <summary>The committed value; any thread.</summary>
    public long Committed(Counter counter) => Volatile.Read(ref _committed[(int)counter]);

    /// <summary>Adds to a counter and returns its new value.</summary>
    public long Add(Counter counter, long amount) => _pending[(int)counter] += amount;

    public void Begin() => Run("BEGIN IMMEDIATE");

    public void Commit()
    {
        for (var i = 0; i < _pending.Length; i++)
        {
            if (_pending[i] != _committed[i])
            {
                using var statement = Use(SaveCounter);
                statement.Bind(1, i).Bind(2, _pending[i]).Run();
            }
        }

        Run("COMMIT");
        for (var i = 0; i < _pending.Length; i++)
        {
            Volatile.Write(ref _committed[i], _pending[i]);
        }
    }

    public void Rollback()
    {
        _committed.CopyTo(_pending, 0);

        // A full disk makes SQLite roll back by itself.
        if (InTransaction)
        {
            Run("ROLLBACK");
        }
    }

    /// <summary>Copies the write-ahead log into the database and empties it. <see langword="false"/> if that failed; nothing is lost then.</summary>
    public bool TryFoldLog()
    {
        try
        {
            Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private void Run(string sql)
    {
        using var statement = Use(sql);
        statement.Run();
    }
}
