using Artorizer.Jobs.Queue;
using Artorizer.Router.Errors;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Limits;

/// <summary>Sheds load: refuses new jobs while too many wait. Looks at the queue at most five times a second, whatever the request rate.</summary>
internal sealed class BacklogGate(IJobQueue queue, IOptionsMonitor<RouterLimits> limits, TimeProvider time)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private long _readAt = long.MinValue;
    private long _backlog;

    /// <summary>Passes, or throws 503.</summary>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        var readAt = Volatile.Read(ref _readAt);
        var now = time.GetTimestamp();
        if ((readAt == long.MinValue || time.GetElapsedTime(readAt, now) > Refresh)
            && Interlocked.CompareExchange(ref _readAt, now, readAt) == readAt)
        {
            Volatile.Write(ref _backlog, (await queue.GetDepthAsync(cancellationToken)).Backlog);
        }

        if (Volatile.Read(ref _backlog) >= limits.CurrentValue.MaxBacklog)
        {
            throw new ApiException(
                StatusCodes.Status503ServiceUnavailable,
                "Too much waits",
                "Too many jobs wait already. Nothing of this request was kept; try again later.")
            {
                RetryAfter = RetryAfter,
            };
        }
    }
}
