using Grpc.Core;

namespace Grpc.Net.Client.Internal;

internal sealed partial class GrpcCall<TRequest, TResponse>
{
    // Timers take at most 2^32 - 2 ms.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(40);

    private void StartDeadline()
    {
        if (Options.Deadline is not { } deadline || deadline == DateTime.MaxValue)
        {
            return;
        }

        var remaining = deadline - DateTime.UtcNow;
        if (remaining <= TimeSpan.Zero)
        {
            DeadlineExceeded();
            return;
        }

        // The timer must not carry the caller's execution context for as long as the call lasts.
        using (ExecutionContext.SuppressFlow())
        {
            _deadlineTimer = new Timer(static state => ((GrpcCall<TRequest, TResponse>)state!).OnDeadlineTimer(), this, Timeout.Infinite, Timeout.Infinite);
        }

        Arm(remaining);
        if (_status.Task.IsCompleted)
        {
            _deadlineTimer.Dispose();
        }
    }

    private void OnDeadlineTimer()
    {
        var remaining = Options.Deadline!.Value - DateTime.UtcNow;
        if (remaining <= TimeSpan.Zero)
        {
            DeadlineExceeded();
            return;
        }

        Arm(remaining);
    }

    private void Arm(TimeSpan remaining)
    {
        var rounded = TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds));
        try
        {
            _deadlineTimer!.Change(rounded < LongestDelay ? rounded : LongestDelay, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException) when (_status.Task.IsCompleted)
        {
            // The call ended at this moment.
        }
    }

    private void DeadlineExceeded() => End(new Status(StatusCode.DeadlineExceeded, string.Empty));

    private Exception ToException(Status status)
    {
        var exception = new RpcException(status, _trailers ?? Metadata.Empty);
        return _channel.ThrowsOperationCanceled && status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded && _trailers is null
            ? new OperationCanceledException(status.Detail, exception, Options.CancellationToken)
            : exception;
    }
}
