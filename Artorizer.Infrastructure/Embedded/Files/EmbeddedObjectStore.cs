using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Artorizer.Infrastructure.Embedded.Sqlite;
using Artorizer.Jobs.Objects;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Artorizer.Infrastructure.Embedded.Files;

/// <summary>Objects: small ones in the database, large ones in files that a row of the database names once they are durable.</summary>
internal sealed partial class EmbeddedObjectStore(
    SqliteWriter writer, SqliteReaders readers, ObjectFiles files, DataDirectory directory, ObjectSigner signer,
    EmbeddedStoreOptions options, TimeProvider time, ILogger logger) : IObjectStore
{
    private const int BufferSize = 128 * 1024;
    private const long RoomCheckInterval = 8 * 1024 * 1024;
    private const int ListPageSize = 256;

    private readonly EmbeddedStoreOptions _options = options;

    public async Task<StoredObject> PutAsync(string key, Stream content, ObjectPutOptions options, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(options);
        using var activity = EmbeddedTelemetry.Storage.StartActivity("object put");
        activity?.SetTag("artorizer.object.key", key);
        EnsureRoom(options, options.Length ?? 0);

        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, _options.InlineObjectBytes + 1));
        try
        {
            var count = await content.ReadAtLeastAsync(buffer, _options.InlineObjectBytes + 1, throwOnEndOfStream: false, cancellationToken);
            CheckLength(count, options.Length, atEnd: count <= _options.InlineObjectBytes);
            var stored = count <= _options.InlineObjectBytes
                ? await PutInlineAsync(key, buffer.AsMemory(0, count), options, cancellationToken)
                : await PutFileAsync(key, buffer, count, content, options, cancellationToken);
            activity?.SetTag("artorizer.object.length", stored.Length);
            EmbeddedTelemetry.RecordObject(stored.Length);
            return stored;
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async Task<ObjectContent?> OpenAsync(string key, long offset, long? length, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        using var activity = EmbeddedTelemetry.Storage.StartActivity("object open");
        activity?.SetTag("artorizer.object.key", key);

        string? missing = null;
        while (true)
        {
            var found = await readers.ReadAsync<(StoredObject Info, string? File, byte[]? Data)?>(
                session =>
                {
                    using var row = session.Use(ObjectRows.Open).Bind(1, key).Bind(2, offset).Bind(3, length ?? long.MaxValue);
                    return row.Step() ? (ObjectRows.Read(row), row.TextOrNull("file"), row.IsNull("part") ? null : row.Blob("part").ToArray()) : null;
                },
                cancellationToken);
            if (found is not { } entry)
            {
                return null;
            }

            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, entry.Info.Length);
            var part = Math.Min(length ?? long.MaxValue, entry.Info.Length - offset);
            activity?.SetTag("artorizer.object.length", part);
            if (entry.File is not { } file)
            {
                return new ObjectContent(entry.Info, new MemoryStream(entry.Data ?? [], writable: false), part);
            }

            try
            {
                return new ObjectContent(entry.Info, new ObjectFileStream(files.Open(file), offset, part), part);
            }
            catch (FileNotFoundException) when (file != missing)
            {
                // Replaced or deleted between the two steps: look again.
                missing = file;
            }
        }
    }

    public Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        return readers.ReadAsync(
            session =>
            {
                using var row = session.Use(ObjectRows.Stat).Bind(1, key);
                return row.Step() ? ObjectRows.Read(row) : null;
            },
            cancellationToken);
    }

    public async Task<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        var (deleted, file) = await writer.WriteAsync(session => ObjectRows.Remove(session, key), committed: null, cancellationToken);
        RemoveFile(file);
        return deleted;
    }

    public async Task<int> DeletePrefixAsync(string prefix, CancellationToken cancellationToken)
    {
        ObjectKey.CheckPrefix(prefix);
        var (count, removed) = await writer.WriteAsync(session => ObjectRows.RemovePrefix(session, prefix), committed: null, cancellationToken);
        removed.ForEach(RemoveFile);
        return count;
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectKey.CheckPrefix(prefix);
        var after = prefix;
        while (true)
        {
            var page = await readers.ReadAsync(session => ObjectRows.ReadPage(session, after, prefix, ListPageSize), cancellationToken);
            foreach (var stored in page)
            {
                yield return stored;
            }

            if (page.Count < ListPageSize)
            {
                yield break;
            }

            after = page[^1].Key;
        }
    }

    public Task<PresignedRequest> PresignGetAsync(string key, PresignGetOptions options, CancellationToken cancellationToken) =>
        Task.FromResult(signer.PresignGet(ObjectKey.Check(key), options));

    public Task<PresignedRequest> PresignPutAsync(string key, PresignPutOptions options, CancellationToken cancellationToken) =>
        Task.FromResult(signer.PresignPut(ObjectKey.Check(key), options));

    private async Task<StoredObject> PutInlineAsync(
        string key, ReadOnlyMemory<byte> data, ObjectPutOptions putOptions, CancellationToken cancellationToken)
    {
        var stored = new StoredObject(key, data.Length, putOptions.ContentType, ETag(SHA256.HashData(data.Span)), time.GetUtcNow());
        var old = await writer.WriteAsync(
            session => ObjectRows.Put(session, stored, file: null, data.Span), committed: null, cancellationToken, 512 + data.Length);
        RemoveFile(old);
        return stored;
    }

    private async Task<StoredObject> PutFileAsync(
        string key, byte[] buffer, int count, Stream content, ObjectPutOptions putOptions, CancellationToken cancellationToken)
    {
        var (handle, temporary, name) = files.Create(key);
        var kept = false;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long length = 0;
            var nextRoomCheck = RoomCheckInterval;
            for (; count > 0; count = await content.ReadAsync(buffer, cancellationToken))
            {
                CheckLength(length + count, putOptions.Length, atEnd: false);
                hash.AppendData(buffer, 0, count);
                await WriteAsync(handle, buffer.AsMemory(0, count), length, cancellationToken);
                length += count;
                if (length >= nextRoomCheck)
                {
                    EnsureRoom(putOptions, 0);
                    nextRoomCheck = length + RoomCheckInterval;
                }
            }

            CheckLength(length, putOptions.Length, atEnd: true);
            var stored = new StoredObject(key, length, putOptions.ContentType, ETag(hash.GetHashAndReset()), time.GetUtcNow());
            Keep(handle, temporary, name);
            kept = true;
            var old = await writer.WriteAsync(session => ObjectRows.Put(session, stored, name, data: default), committed: null, cancellationToken);
            RemoveFile(old);
            return stored;
        }
        catch (Exception exception)
        {
            if (!kept)
            {
                files.Abandon(handle, temporary);
            }
            else if (exception is OperationCanceledException or StorageFullException)
            {
                RemoveFile(name);
            }

            // After any other error of the commit the row may yet turn out to be on disk; the next start's sweep knows.
            throw;
        }
    }

    private static async ValueTask WriteAsync(
        SafeFileHandle handle, ReadOnlyMemory<byte> data, long offset, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(handle, data, offset, cancellationToken);
        }
        catch (IOException exception) when (DurableFile.IsDiskFull(exception))
        {
            throw new StorageFullException("The disk that holds the data directory is full.", exception);
        }
    }

    private void Keep(SafeFileHandle handle, string temporary, string name)
    {
        try
        {
            files.Keep(handle, temporary, name);
        }
        catch (IOException exception) when (DurableFile.IsDiskFull(exception))
        {
            throw new StorageFullException("The disk that holds the data directory is full.", exception);
        }
    }

    private void EnsureRoom(ObjectPutOptions putOptions, long length)
    {
        if (!putOptions.ForAcceptedWork && _options.MinFreeBytes > 0 && directory.FreeBytes - length < _options.MinFreeBytes)
        {
            throw new StorageFullException("The disk that holds the data directory is almost full.");
        }
    }

    private static void CheckLength(long length, long? expected, bool atEnd)
    {
        if (length > expected || (atEnd && length < expected))
        {
            throw new InvalidDataException(
                $"The content is {(length > expected ? "longer" : "shorter")} than the {expected} bytes that were announced.");
        }
    }

    /// <summary>No row names the file any more; if it cannot be removed now, the next start's sweep does it.</summary>
    private void RemoveFile(string? name)
    {
        try
        {
            if (name is not null)
            {
                files.Remove(name);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(name!, exception);
        }
    }

    private static string ETag(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, 16));

    [LoggerMessage(20, LogLevel.Warning, "The file {Name} could not be removed; the next start will try again")]
    private partial void LogNotRemoved(string name, Exception exception);
}
