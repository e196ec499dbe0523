using Artorizer.Jobs.Queue;

namespace Artorizer.Router.Health;

/// <summary>Depth of the queue and health of the router as gauges; looked at once a second, however often they are read.</summary>
internal sealed partial class QueueGauges : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly IJobQueue _queue;
    private readonly RouterMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<QueueGauges> _logger;
    private QueueDepth _depth = new(0, 0, 0, 0);
    private bool _healthy = true;

    public QueueGauges(IJobQueue queue, TimeProvider time, RouterMetrics metrics, ILogger<QueueGauges> logger)
    {
        (_queue, _metrics, _time, _logger) = (queue, metrics, time, logger);
        metrics.Meter.CreateObservableGauge("queue_size", () => _depth.Backlog, description: "Jobs that wait or run.");
        metrics.Meter.CreateObservableGauge("artorizer.queue.dead_letters", () => _depth.Dead, description: "Jobs that were given up.");
        metrics.Meter.CreateObservableGauge("daemon_health", () => _healthy ? 1 : 0, description: "1 while the queue answers.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _metrics.Announce();
        using var timer = new PeriodicTimer(Interval, _time);
        do
        {
            try
            {
                _depth = await _queue.GetDepthAsync(stoppingToken);
                _healthy = true;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                if (_healthy)
                {
                    LogUnreadable(e);
                }

                _healthy = false;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1, LogLevel.Warning, "The depth of the queue cannot be read")]
    private partial void LogUnreadable(Exception exception);
}
