using Artorizer.Infrastructure.Embedded.Sqlite;
using Microsoft.Extensions.Logging;

namespace Artorizer.Infrastructure.Embedded.Files;

/// <summary>
/// Clears away what crashes and errors left: once after the start, the files of earlier runs that no row names;
/// and every half minute, temporary files that no put holds.
/// </summary>
internal sealed partial class ObjectSweep : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly ObjectFiles _files;
    private readonly SqliteReaders _readers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public ObjectSweep(ObjectFiles files, SqliteReaders readers, TimeProvider time, ILogger logger)
    {
        _files = files;
        _readers = readers;
        _time = time;
        _logger = logger;
        StartUp = Task.Run(SweepEarlierRunsAsync);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Done when the files of earlier runs have been looked through.</summary>
    public Task StartUp { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        await StartUp;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                Guard(_files.RemoveStale);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task SweepEarlierRunsAsync()
    {
        var removed = 0;
        try
        {
            // Only files of earlier runs are looked at, so no put of this one can be mistaken for a leftover.
            foreach (var name in _files.FromEarlierRuns())
            {
                var referenced = await _readers.ReadAsync(
                    session =>
                    {
                        using var row = session.Use(ObjectRows.HasFile).Bind(1, name);
                        return row.Step();
                    },
                    _stopping.Token);
                if (!referenced)
                {
                    _files.Remove(name);
                    removed++;
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next start goes on.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogSweepFailed(exception);
        }

        if (removed > 0)
        {
            LogSwept(removed);
        }
    }

    private void Guard(Func<int> sweep)
    {
        try
        {
            if (sweep() is > 0 and var removed)
            {
                LogSwept(removed);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogSweepFailed(exception);
        }
    }

    [LoggerMessage(30, LogLevel.Information, "Removed {Count} files that unfinished puts had left")]
    private partial void LogSwept(int count);

    [LoggerMessage(31, LogLevel.Warning, "Leftover files could not be removed; they will be tried again")]
    private partial void LogSweepFailed(Exception exception);
}
