using Artorizer.Infrastructure.Embedded.Sqlite;
using Artorizer.Jobs.Objects;

namespace Artorizer.Infrastructure.Embedded.Files;

/// <summary>Statements on objects.</summary>
internal static class ObjectRows
{
    internal const string File = "SELECT file FROM objects WHERE key = ?1";
    internal const string Stat = "SELECT key, length, content_type, etag, modified_at FROM objects WHERE key = ?1";

    internal const string Open =
        """
        SELECT key, length, content_type, etag, modified_at, file, iif(file IS NULL, substr(data, ?2 + 1, ?3), NULL) AS part
        FROM objects WHERE key = ?1
        """;

    internal const string Upsert =
        """
        INSERT INTO objects (key, length, content_type, etag, modified_at, file, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (key) DO UPDATE SET length = excluded.length, content_type = excluded.content_type, etag = excluded.etag,
            modified_at = excluded.modified_at, file = excluded.file, data = excluded.data
        """;

    internal const string Delete = "DELETE FROM objects WHERE key = ?1";
    internal const string DeletePrefix = "DELETE FROM objects WHERE key > ?1 AND key < ?2 RETURNING file";
    internal const string List =
        "SELECT key, length, content_type, etag, modified_at FROM objects WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3";

    internal const string HasFile = "SELECT 1 FROM objects WHERE file = ?1";

    /// <summary>Stores an object's row and returns the file that the replaced one had.</summary>
    public static string? Put(WriteSession session, StoredObject stored, string? file, ReadOnlySpan<byte> data)
    {
        var old = FindFile(session, stored.Key);
        using var upsert = session.Use(Upsert);
        upsert.Bind(1, stored.Key).Bind(2, stored.Length).Bind(3, stored.ContentType).Bind(4, stored.ETag)
            .Bind(5, stored.LastModified).Bind(6, file);
        if (file is null)
        {
            upsert.Bind(7, data);
        }

        upsert.Run();
        return old;
    }

    public static (bool Deleted, string? File) Remove(WriteSession session, string key)
    {
        var file = FindFile(session, key);
        using var delete = session.Use(Delete).Bind(1, key);
        return (delete.Run() > 0, file);
    }

    public static (int Count, List<string> Files) RemovePrefix(WriteSession session, string prefix)
    {
        using var delete = session.Use(DeletePrefix).Bind(1, prefix).Bind(2, EndOf(prefix));
        var files = new List<string>();
        var count = 0;
        while (delete.Step())
        {
            count++;
            if (delete.TextOrNull("file") is { } file)
            {
                files.Add(file);
            }
        }

        return (count, files);
    }

    public static List<StoredObject> ReadPage(SqliteSession session, string after, string prefix, int limit)
    {
        using var rows = session.Use(List).Bind(1, after).Bind(2, EndOf(prefix)).Bind(3, limit);
        var page = new List<StoredObject>();
        while (rows.Step())
        {
            page.Add(Read(rows));
        }

        return page;
    }

    public static StoredObject Read(SqliteStatement row) =>
        new(row.Text("key"), row.Int64("length"), row.Text("content_type"), row.Text("etag"), row.Time("modified_at"));

    // '0' follows '/', so every key that begins with the prefix lies between the two.
    private static string EndOf(string prefix) => prefix[..^1] + "0";

    private static string? FindFile(WriteSession session, string key)
    {
        using var row = session.Use(File).Bind(1, key);
        return row.Step() ? row.TextOrNull("file") : null;
    }
}
