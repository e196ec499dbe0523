using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Artorizer.Infrastructure.Embedded.Sqlite;

/// <summary>A few read-only connections, so that reads neither wait for the writer nor for each other.</summary>
internal sealed class SqliteReaders(string path, int count) : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private readonly SemaphoreSlim _permits = new(count);
    private volatile bool _disposed;

    /// <summary>Runs a read. It sees everything committed before it began.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        await _permits.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_idle.TryTake(out var session))
            {
                session = new SqliteSession(path, SqliteOpenMode.ReadOnly, cacheKibibytes: 4 * 1024);
            }

            try
            {
                return read(session);
            }
            catch (SqliteException exception)
            {
                throw SqliteErrors.Translate(exception);
            }
            finally
            {
                _idle.Add(session);
            }
        }
        finally
        {
            _permits.Release();
        }
    }

    public void Dispose()
    {
        _disposed = true;

        // Holding every permit means that no read is under way.
        for (var i = 0; i < count; i++)
        {
            _permits.Wait();
        }

        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }

        _permits.Release(count);
    }
}
