using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Artorizer.Infrastructure.Embedded.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;

    // Statement texts are constants, so the same text is the same object and hashing its characters would be waste.
    private readonly Dictionary<string, SqliteStatement> _statements = new(ReferenceEqualityComparer.Instance);

    static SqliteSession() => SqliteLibrary.Load();

    public SqliteSession(string path, SqliteOpenMode mode, int cacheKibibytes)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
        }.ToString());
        _connection.Open();

        // Not mapped into memory: a mapped file counts as the process's own memory and turns an I/O error into SIGBUS.
        Execute($"PRAGMA busy_timeout = 10000; PRAGMA cache_size = -{cacheKibibytes}; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;");
    }

    /// <summary>The statement for a constant text, ready to be bound. Dispose it after use; one text has one use at a time.</summary>
    public SqliteStatement Use(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(Handle, sql);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Runs statements that are needed once.</summary>
    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>First column of the first row of a statement that is needed once.</summary>
    public long Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Close();
        }

        _statements.Clear();
        _connection.Dispose();
        GC.SuppressFinalize(this);
    }

    protected bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    private sqlite3 Handle => _connection.Handle!;
}
