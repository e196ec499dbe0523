using System.Diagnostics.Metrics;

namespace Artorizer.Worker;

/// <summary>What a worker counts; meter <c>Artorizer.Worker</c>.</summary>
internal sealed class WorkerMetrics
{
    public const string MeterName = "Artorizer.Worker";

    private readonly Counter<long> _processed;
    private readonly Histogram<double> _duration;

    public WorkerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _processed = meter.CreateCounter<long>("tasks_processed", description: "Jobs that ended, by outcome.");
        _duration = meter.CreateHistogram(
            "task_processing",
            "s",
            "Time from the start of the last attempt to its end.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
            });

        // Both series exist from the start, so that a rate over them is never undefined.
        _processed.Add(0, new KeyValuePair<string, object?>("status", "success"));
        _processed.Add(0, new KeyValuePair<string, object?>("status", "failed"));
    }

    /// <param name="type">As <see cref="Tasks.TaskHandlerRegistry.Shown"/> has it.</param>
    /// <param name="status"><c>success</c> or <c>failed</c>.</param>
    /// <param name="duration">Of the last attempt.</param>
    public void Processed(string type, string status, TimeSpan duration)
    {
        _processed.Add(1, new KeyValuePair<string, object?>("status", status));
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("type", type));
    }
}
