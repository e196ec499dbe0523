using System.Collections.Concurrent;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Events;

namespace Artorizer.Worker.Execution;

/// <summary>The jobs that run here, so that a deleted one is stopped at once and not at its next step.</summary>
internal sealed partial class RunningJobs(IJobEvents events, ILogger<RunningJobs> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Watched> _running = new(StringComparer.Ordinal);

    public Watched Watch(string jobId)
    {
        var watched = new Watched(this, jobId);
        _running[jobId] = watched;
        return watched;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var jobEvent in events.SubscribeAllAsync(stoppingToken))
                {
                    if (jobEvent.Type == JobEventTypes.Deleted && _running.TryGetValue(jobEvent.JobId, out var watched))
                    {
                        watched.Cancel();
                    }
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogBroken(e);
            }

            await Task.Delay(Pause, stoppingToken);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Listening for deleted jobs was interrupted; it is begun again")]
    private partial void LogBroken(Exception exception);

    /// <summary>One running job.</summary>
    public sealed class Watched(RunningJobs owner, string jobId) : IDisposable
    {
        private readonly CancellationTokenSource _deleted = new();

        public CancellationToken Deleted => _deleted.Token;

        public void Cancel() => _deleted.Cancel();

        // Not disposed: a cancellation may be on its way, and a source without timer or handle holds nothing.
        public void Dispose() => owner._running.TryRemove(new KeyValuePair<string, Watched>(jobId, this));
    }
}
