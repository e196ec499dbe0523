using Grpc.Core;
using Grpc.Net.Internal;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed partial class HttpContextServerCallContext
{
    // Timers take at most 2^32 - 2 ms.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(40);

    private readonly Lock _deadlineGate = new();
    private DateTime _deadline = DateTime.MaxValue;
    private TimeSpan _timeout;
    private Timer? _deadlineTimer;
    private CancellationTokenSource? _deadlineSource;
    private CancellationToken? _deadlineToken;
    private Task? _deadlineWork;
    private bool _deadlineStopped;

    private void StartDeadline()
    {
        if (!HttpContext.Request.Headers.TryGetValue(GrpcHeaders.Timeout, out var header))
        {
            return;
        }

        if (!GrpcTimeout.TryDecode(header, out _timeout))
        {
            GrpcServerLog.InvalidTimeout(_logger, header);
            return;
        }

        _deadline = DateTime.UtcNow + _timeout;
        _deadlineSource = CancellationTokenSource.CreateLinkedTokenSource(HttpContext.RequestAborted);
        _deadlineToken = _deadlineSource.Token;
        _deadlineTimer = new Timer(static state => ((HttpContextServerCallContext)state!).OnDeadlineTimer(), this, Timeout.Infinite, Timeout.Infinite);
        _deadlineTimer.Change(Delay(_timeout), Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan Delay(TimeSpan remaining)
    {
        var rounded = TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds));
        return rounded < LongestDelay ? rounded : LongestDelay;
    }

    private void OnDeadlineTimer()
    {
        lock (_deadlineGate)
        {
            if (_deadlineStopped)
            {
                return;
            }

            var remaining = _deadline - DateTime.UtcNow;
            if (remaining > TimeSpan.Zero)
            {
                _deadlineTimer!.Change(Delay(remaining), Timeout.InfiniteTimeSpan);
                return;
            }

            _deadlineStopped = true;
            _deadlineWork = Task.Run(EndAtDeadlineAsync);
        }
    }

    /// <summary>False when the deadline has closed the call; then waits until it has done so.</summary>
    private async ValueTask<bool> TryStopDeadlineAsync()
    {
        Task? work;
        lock (_deadlineGate)
        {
            _deadlineStopped = true;
            work = _deadlineWork;
        }

        if (work is null)
        {
            return true;
        }

        await work;
        return false;
    }

    /// <summary>
    /// Answers DEADLINE_EXCEEDED while the method may still be running, and tells the method through its token. The
    /// request stays open until the method returns, because it may still use the request's services. The stream is not
    /// reset, because a reset would drop what is still buffered for a slow reader, the status with it.
    /// </summary>
    private async Task EndAtDeadlineAsync()
    {
        GrpcServerLog.DeadlineExceeded(_logger, MethodCore, _timeout);
        var cancelled = Task.CompletedTask;
        try
        {
            if (!await _writes.WaitAsync(TimeSpan.Zero))
            {
                // A write waits for a client that does not read; what it has buffered stays buffered.
                HttpContext.Response.BodyWriter.CancelPendingFlush();
                await _writes.WaitAsync();
            }

            _closed = true;
            _writes.Release();
            _status = new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded");
            SetTrailers();
            var completed = HttpContext.Response.CompleteAsync();
            cancelled = _deadlineSource!.CancelAsync();
            await completed;
        }
        catch (Exception exception)
        {
            GrpcServerLog.DeadlineFailed(_logger, MethodCore, exception);
            Reset(CancelError);
        }

        await cancelled;
    }
}
