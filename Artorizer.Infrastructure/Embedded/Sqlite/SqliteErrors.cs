using Artorizer.Jobs.Objects;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Artorizer.Infrastructure.Embedded.Sqlite;

internal static class SqliteErrors
{
    /// <summary>What a caller should see for an error of the database.</summary>
    public static Exception Translate(Exception exception) => exception switch
    {
        // The shared-memory file next to the log is grown with ftruncate or fallocate, whose ENOSPC has a code of its own.
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } or SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_SHMSIZE }
            => new StorageFullException("The disk that holds the data directory is full.", exception),
        SqliteException { SqliteErrorCode: raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_READONLY }
            => new IOException("The database in the data directory cannot be read or written.", exception),
        _ => exception,
    };
}
