using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Artorizer.ServiceDefaults.Health;

/// <summary>
/// Runs health checks for probes. The probes are open to everyone, so callers share a run and its outcome for a second:
/// however many ask, what the checks ask of databases and brokers stays the same.
/// </summary>
public sealed class HealthProbes(HealthCheckService checks, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Run> _runs = new(StringComparer.Ordinal);

    /// <summary>Runs the checks with a tag, or all of them when <paramref name="tag"/> is empty.</summary>
    public Task<HealthReport> CheckAsync(string tag, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_runs.TryGetValue(tag, out var run) || run.IsOver(time))
            {
                run = new Run(time.GetTimestamp(), RunAsync(tag));
                _runs[tag] = run;
            }

            // A caller that leaves takes nothing away from the others.
            return run.Report.WaitAsync(cancellationToken);
        }
    }

    private async Task<HealthReport> RunAsync(string tag)
    {
        await Task.Yield();
        using var limit = new CancellationTokenSource(TimeLimit, time);
        try
        {
            // Waiting has a limit of its own, for checks that do not listen when they are told to stop.
            return await checks
                .CheckHealthAsync(registration => tag.Length == 0 || registration.Tags.Contains(tag), limit.Token)
                .WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            var entry = new HealthReportEntry(HealthStatus.Unhealthy, "The checks took too long.", TimeLimit, null, null);
            return new HealthReport(new Dictionary<string, HealthReportEntry> { ["timeout"] = entry }, TimeLimit);
        }
    }

    private sealed record Run(long StartedAt, Task<HealthReport> Report)
    {
        public bool IsOver(TimeProvider time) => Report.IsCompleted && time.GetElapsedTime(StartedAt) > Freshness;
    }
}
