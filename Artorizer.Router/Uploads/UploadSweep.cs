using Artorizer.Jobs.Uploads;
using Artorizer.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Uploads;

/// <summary>Removes uploads that have expired, with their bytes, and forgets what no connection has asked for in a while.</summary>
internal sealed partial class UploadSweep(
    UploadStore store, UploadSessions sessions, IOptions<UploadOptions> options, TimeProvider time, ILogger<UploadSweep> logger)
    : PeriodicService(options.Value.SweepInterval, time, logger)
{
    private static readonly TimeSpan SessionIdle = TimeSpan.FromMinutes(5);

    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        sessions.Forget(SessionIdle);
        if (await store.SweepAsync(cancellationToken) is > 0 and var removed)
        {
            LogSwept(removed);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Removed {Count} expired uploads")]
    private partial void LogSwept(int count);
}
