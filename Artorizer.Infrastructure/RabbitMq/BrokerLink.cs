using Artorizer.Jobs;
using Microsoft.Extensions.Logging;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>
/// Keeps one session open from its first use on: when it ends, for whatever reason, another is opened, with
/// growing waits between failures.
/// </summary>
internal sealed partial class BrokerLink(string name, Func<CancellationToken, Task<BrokerSession>> open, TimeSpan timeout, ILogger logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource<BrokerSession> _current = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _keeping;
    private Exception? _error;
    private long? _downSince;

    /// <summary>Begins to connect.</summary>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            _keeping ??= Task.Run(KeepAsync, CancellationToken.None);
        }
    }

    /// <summary>The open session. Waits through an outage, however long.</summary>
    public async Task<BrokerSession> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Start();
            Task<BrokerSession> current;
            lock (_gate)
            {
                current = _current.Task;
            }

            var session = await current.WaitAsync(cancellationToken);
            if (session.IsOpen)
            {
                return session;
            }

            // It has ended, which the keeper is about to notice.
            await session.Replaced.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The open session. Waits a while for it, and not at all when it has been missing for longer than that.</summary>
    /// <exception cref="StoreUnavailableException">There is none.</exception>
    public async Task<BrokerSession> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_downSince is { } since && TimeProvider.System.GetElapsedTime(since) > timeout)
            {
                throw Unavailable(_error);
            }
        }

        try
        {
            return await WaitAsync(cancellationToken).WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Unavailable(_error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? keeping;
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            _stopping.Cancel();
            _current.TrySetException(new ObjectDisposedException(name));

            // Nobody may be waiting for it.
            _ = _current.Task.Exception;
            keeping = _keeping;
        }

        if (keeping is not null)
        {
            await keeping;
        }

        _stopping.Dispose();
    }

    private static StoreUnavailableException Unavailable(Exception? cause) =>
        new("The queue's broker cannot be reached at the moment.", cause!);

    private async Task KeepAsync()
    {
        var wait = FirstWait;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var session = await OpenAsync();
                LogOpened(name);
                wait = FirstWait;
                await UseAsync(session);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                lock (_gate)
                {
                    _error = e;
                    _downSince ??= TimeProvider.System.GetTimestamp();
                }

                LogFailed(e, name, wait.TotalMilliseconds);
            }

            // Spread out, so that the processes of a system do not all come back in the same moment.
            await Task.Delay(wait * (0.5 + Random.Shared.NextDouble()), _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private async Task<BrokerSession> OpenAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(OpenTimeout);
        try
        {
            return await open(limit.Token);
        }
        catch (OperationCanceledException e) when (!_stopping.IsCancellationRequested)
        {
            throw new TimeoutException("The broker did not answer.", e);
        }
    }

    private async Task UseAsync(BrokerSession session)
    {
        lock (_gate)
        {
            _downSince = null;
            _error = null;
            _current.TrySetResult(session);
        }

        try
        {
            LogEnded(name, await session.Ended.WaitAsync(_stopping.Token));
        }
        finally
        {
            lock (_gate)
            {
                _downSince = TimeProvider.System.GetTimestamp();
                if (!_stopping.IsCancellationRequested)
                {
                    _current = new TaskCompletionSource<BrokerSession>(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }

            await CloseAsync(session);
        }
    }

    private async Task CloseAsync(BrokerSession session)
    {
        try
        {
            await session.DisposeAsync().AsTask().WaitAsync(CloseTimeout);
        }
        catch (Exception e)
        {
            // It is of no more use, and the broker notices by itself that nobody is there.
            LogNotClosed(e, name);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Connected to RabbitMQ ({Name})")]
    private partial void LogOpened(string name);

    [LoggerMessage(2, LogLevel.Warning, "The connection to RabbitMQ ({Name}) ended: {Reason}")]
    private partial void LogEnded(string name, string reason);

    [LoggerMessage(3, LogLevel.Warning, "No connection to RabbitMQ ({Name}); next try in about {Milliseconds:0} ms")]
    private partial void LogFailed(Exception exception, string name, double milliseconds);

    [LoggerMessage(4, LogLevel.Debug, "A connection to RabbitMQ ({Name}) was not closed in order")]
    private partial void LogNotClosed(Exception exception, string name);
}
