using System.Diagnostics;
using System.Threading.Channels;
using Artorizer.Jobs.Objects;
using Microsoft.Extensions.Logging;

namespace Artorizer.Infrastructure.Embedded.Sqlite;

/// <summary>
/// Group commit. Changes queue up while the one writing thread waits for the disk; it then commits all that have
/// gathered in one transaction with one fsync, and only after that lets their callers go on. So the rate of durable
/// changes grows with the number of callers, not with the speed of fsync.
/// </summary>
/// <remarks>
/// Where an operation fails, the transaction is rolled back and each operation of the batch is run in a transaction
/// of its own, so that only the guilty one's caller sees the error.
/// </remarks>
internal sealed partial class SqliteWriter : IAsyncDisposable
{
    private const int MaxBatchWeight = 4 * 1024 * 1024;

    private readonly WriteSession _session;
    private readonly int _maxBatch;
    private readonly ILogger _logger;
    private readonly Channel<IWriteOperation> _operations;
    private readonly List<Func<IWriteOperation?>> _companions = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;

    public SqliteWriter(WriteSession session, int maxBatch, int capacity, ILogger logger)
    {
        _session = session;
        _maxBatch = maxBatch;
        _logger = logger;
        _operations = Channel.CreateBounded<IWriteOperation>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _thread = new Thread(Loop) { IsBackground = true, Name = "Artorizer writer" };
    }

    /// <summary>Adds a source of operations that is asked once per batch, so that they share the commit of what they follow from.</summary>
    public void AddCompanion(Func<IWriteOperation?> companion) => _companions.Add(companion);

    public void Start() => _thread.Start();

    public long Committed(Counter counter) => _session.Committed(counter);

    /// <summary>Runs a change and returns when it is on disk.</summary>
    /// <param name="change">Changes the database and nothing else; may be run twice.</param>
    /// <param name="committed">Runs after the commit and before the caller goes on, on the writing thread, in commit order.</param>
    /// <param name="cancellationToken">Gives up a change that has not begun. Once begun, its end is waited for, so buffers in use are safe.</param>
    /// <param name="weight">Rough size in bytes.</param>
    public Task<T> WriteAsync<T>(Func<WriteSession, T> change, Action<T>? committed, CancellationToken cancellationToken, int weight = 512)
    {
        var operation = new WriteOperation<T>(change, committed, weight, cancellationToken);
        return _operations.Writer.TryWrite(operation) ? operation.Task : WriteSlowAsync(operation, cancellationToken);
    }

    /// <summary>Has the companions asked soon. Never blocks.</summary>
    public void Pulse() => _operations.Writer.TryWrite(PulseOperation.Instance);

    public async ValueTask DisposeAsync()
    {
        _operations.Writer.TryComplete();
        if (_thread.IsAlive)
        {
            await _stopped.Task;
        }

        if (!_session.TryFoldLog())
        {
            LogCheckpointFailed();
        }

        _session.Dispose();
    }

    private async Task<T> WriteSlowAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken)
    {
        try
        {
            await _operations.Writer.WriteAsync(operation, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteWriter));
        }

        return await operation.Task;
    }

    private void Loop()
    {
        var reader = _operations.Reader;
        var batch = new List<IWriteOperation>(_maxBatch + _companions.Count);
        while (Wait(reader))
        {
            Gather(reader, batch);
            if (batch.Count > 0)
            {
                Commit(batch);
                batch.Clear();
            }
        }

        _stopped.SetResult();
    }

    private static bool Wait(ChannelReader<IWriteOperation> reader)
    {
        var available = reader.WaitToReadAsync();
        return available.IsCompleted ? available.Result : available.AsTask().GetAwaiter().GetResult();
    }

    private void Gather(ChannelReader<IWriteOperation> reader, List<IWriteOperation> batch)
    {
        var weight = 0;
        while (batch.Count < _maxBatch && weight < MaxBatchWeight && reader.TryRead(out var operation))
        {
            if (operation.TryBegin())
            {
                batch.Add(operation);
                weight += operation.Weight;
            }
        }

        foreach (var companion in _companions)
        {
            if (companion() is { } operation)
            {
                batch.Add(operation);
            }
        }
    }

    private void Commit(List<IWriteOperation> batch)
    {
        var started = Stopwatch.GetTimestamp();
        if (TryCommit(batch, 0, batch.Count) is { } error)
        {
            // On a full disk the log may still hold room that folding it into the database gives back:
            // without that, not even deleting would be possible.
            var reclaimed = SqliteErrors.Translate(error) is StorageFullException && _session.TryFoldLog();
            if (batch.Count == 1 && !reclaimed)
            {
                Fail(batch[0], error);
            }
            else
            {
                LogBatchFailed(batch.Count, error);
                for (var i = 0; i < batch.Count; i++)
                {
                    if (TryCommit(batch, i, 1) is { } own)
                    {
                        Fail(batch[i], own);
                    }
                }
            }
        }

        EmbeddedTelemetry.RecordCommit(batch.Count, Stopwatch.GetElapsedTime(started));
    }

    private Exception? TryCommit(List<IWriteOperation> batch, int start, int count)
    {
        try
        {
            _session.Begin();
            for (var i = start; i < start + count; i++)
            {
                batch[i].Execute(_session);
            }

            _session.Commit();
        }
        catch (Exception exception)
        {
            Rollback();
            return exception;
        }

        for (var i = start; i < start + count; i++)
        {
            Guard(batch[i].Committed);
        }

        for (var i = start; i < start + count; i++)
        {
            batch[i].Complete();
        }

        return null;
    }

    private void Fail(IWriteOperation operation, Exception exception) =>
        Guard(() => operation.Fail(SqliteErrors.Translate(exception)));

    private void Rollback() => Guard(_session.Rollback);

    /// <summary>Nothing may end the writing thread: every caller waits for it.</summary>
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            LogUnexpected(exception);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "A transaction of {Count} changes was rolled back; each is tried by itself")]
    private partial void LogBatchFailed(int count, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "Unexpected error on the writing thread")]
    private partial void LogUnexpected(Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "The write-ahead log could not be folded into the database; it will be at the next start")]
    private partial void LogCheckpointFailed();

    private sealed class PulseOperation : IWriteOperation
    {
        public static PulseOperation Instance { get; } = new();

        public int Weight => 0;

        public bool TryBegin() => false;

        public void Execute(WriteSession session)
        {
        }

        public void Committed()
        {
        }

        public void Complete()
        {
        }

        public void Fail(Exception exception)
        {
        }
    }
}
