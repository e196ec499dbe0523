using Artorizer.Infrastructure.Uploads;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Uploads;

/// <summary>Removes uploads that have expired, with their bytes, and forgets what no connection has asked for in a while.</summary>
internal sealed partial class UploadSweep(
    UploadStore store, UploadSessions sessions, IOptions<UploadOptions> options, TimeProvider time, ILogger<UploadSweep> logger)
    : BackgroundService
{
    private static readonly TimeSpan SessionIdle = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            sessions.Forget(SessionIdle);
            try
            {
                if (await store.SweepAsync(stoppingToken) is > 0 and var removed)
                {
                    LogSwept(removed);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Removed {Count} expired uploads")]
    private partial void LogSwept(int count);

    [LoggerMessage(2, LogLevel.Error, "Removing expired uploads failed; it is tried again")]
    private partial void LogFailed(Exception exception);
}
