using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Artorizer.ServiceDefaults.Hosting;

/// <summary>
/// Does its work once in an interval for as long as the service runs. What fails is logged, and done at the next turn; so is
/// what is cancelled by anyone but the stopping service, such as by a time limit of a client library.
/// </summary>
/// <param name="interval">From the start to the first turn, and between the begin of two.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of failures.</param>
public abstract partial class PeriodicService(TimeSpan interval, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>The clock.</summary>
    protected TimeProvider Time => time;

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(e, GetType().Name, interval);
            }
        }
    }

    /// <summary>One turn.</summary>
    protected abstract Task WorkAsync(CancellationToken cancellationToken);

    [LoggerMessage(100, LogLevel.Error, "{Service} failed; it is tried again in {Interval}")]
    private partial void LogFailed(Exception exception, string service, TimeSpan interval);
}
