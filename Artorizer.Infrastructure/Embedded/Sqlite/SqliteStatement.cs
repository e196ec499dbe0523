using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Artorizer.Infrastructure.Embedded.Sqlite;

/// <summary>
/// A prepared statement that lives as long as its session and is used again and again. Parameters count from 1; columns go by
/// name. <see cref="Dispose"/> ends one use: it resets the statement so that it holds no read transaction.
/// </summary>
/// <remarks>
/// Sits on the native calls rather than on <see cref="SqliteCommand"/>: a submit takes several statements, and the
/// command's parameter collections and readers cost more than the statements themselves.
/// </remarks>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly Dictionary<string, int> _columns;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _columns = Enumerable.Range(0, raw.sqlite3_column_count(_statement))
            .ToDictionary(column => raw.sqlite3_column_name(_statement, column).utf8_to_string(), StringComparer.Ordinal);
    }

    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    public SqliteStatement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        if (value.Length is 0 or > 128)
        {
            Check(raw.sqlite3_bind_text(_statement, index, value));
            return this;
        }

        Span<byte> utf8 = stackalloc byte[128 * 3];
        Check(raw.sqlite3_bind_text(_statement, index, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        // An empty span has no address, and SQLite reads a blob at a null address as NULL.
        Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, index, 0)
            : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, DateTimeOffset value) => Bind(index, value.UtcTicks);

    public SqliteStatement Bind(int index, DateTimeOffset? value) => Bind(index, value?.UtcTicks);

    public SqliteStatement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    /// <summary>Whether there is a (further) row.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        if (result != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }

        return false;
    }

    /// <summary>Runs a statement that changes rows, and returns how many.</summary>
    public int Run()
    {
        while (Step())
        {
        }

        return raw.sqlite3_changes(_database);
    }

    public bool IsNull(string column) => raw.sqlite3_column_type(_statement, _columns[column]) == raw.SQLITE_NULL;

    public bool Boolean(string column) => Int32(column) != 0;

    public long Int64(string column) => raw.sqlite3_column_int64(_statement, _columns[column]);

    public int Int32(string column) => raw.sqlite3_column_int(_statement, _columns[column]);

    public string Text(string column) => raw.sqlite3_column_text(_statement, _columns[column]).utf8_to_string();

    public string? TextOrNull(string column) => IsNull(column) ? null : Text(column);

    public DateTimeOffset Time(string column) => new(Int64(column), TimeSpan.Zero);

    public DateTimeOffset? TimeOrNull(string column) => IsNull(column) ? null : Time(column);

    /// <summary>Valid until the next step or the end of this use.</summary>
    public ReadOnlySpan<byte> Blob(string column) => raw.sqlite3_column_blob(_statement, _columns[column]);

    public void Dispose()
    {
        // The result of reset repeats the error of the last step, which has been thrown already.
        _ = raw.sqlite3_reset(_statement);
        _ = raw.sqlite3_clear_bindings(_statement);
    }

    public void Close() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }
    }
}
