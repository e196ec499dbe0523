using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Artorizer.ServiceDefaults.Prometheus;

/// <summary>
/// Listens to the meters <c>Artorizer.*</c> of the process and writes what they measured in Prometheus' text format 0.0.4.
/// </summary>
/// <remarks>
/// Instruments of one name are one metric, so hosts that share a process are added up; of gauges the last value counts.
/// Values live in memory and start at zero with the process, as Prometheus expects.
/// </remarks>
internal sealed partial class PrometheusMetrics : IHostedLifecycleService, IDisposable
{
    private const string DroppedName = "artorizer_metrics_dropped_measurements_total";

    private readonly ILogger<PrometheusMetrics> _logger;
    private readonly string _meterPrefix;
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Lock _collecting = new();

    public PrometheusMetrics(ILogger<PrometheusMetrics> logger, string meterPrefix = "Artorizer.")
    {
        _logger = logger;
        _meterPrefix = meterPrefix;
        _listener.InstrumentPublished = OnPublished;
        _listener.MeasurementsCompleted = OnCompleted;
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Record((double)value, tags, state));
    }

    /// <summary>Asks the observable instruments and writes all metrics.</summary>
    public string Collect()
    {
        var text = new StringBuilder();

        // One at a time: two collections would add up each other's observations.
        lock (_collecting)
        {
            MetricFamily[] families;
            lock (_lock)
            {
                families = [.. _families.Values];
            }

            foreach (var family in families)
            {
                family.BeginCollection();
            }

            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException exception)
            {
                // The instruments that did not fail have been heard all the same.
                ObservationFailed(exception);
            }

            foreach (var family in families)
            {
                family.Write(text);
            }

            WriteDropped(text, families);
        }

        return text.ToString();
    }

    /// <summary>Before any service starts, so that nothing they count while starting is missed.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    private static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (state is MetricFamily family)
        {
            family.Record(value, tags);
        }
    }

    private static void WriteDropped(StringBuilder text, MetricFamily[] families)
    {
        if (!families.Any(static family => family.Dropped > 0))
        {
            return;
        }

        text.Append("# HELP ").Append(DroppedName).Append(" Measurements left out because their metric has too many series.\n")
            .Append("# TYPE ").Append(DroppedName).Append(" counter\n");
        foreach (var family in families.Where(static family => family.Dropped > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"{DroppedName}{{metric=\"{family.Name}\"}} {family.Dropped}\n");
        }
    }

    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        if (!instrument.Meter.Name.StartsWith(_meterPrefix, StringComparison.Ordinal) || KindOf(instrument) is not { } kind)
        {
            return;
        }

        var name = MetricName.For(instrument, kind);
        MetricFamily? family;
        lock (_lock)
        {
            if (!_families.TryGetValue(name, out family))
            {
                family = kind == MetricKind.Histogram
                    ? new HistogramFamily(name, HistogramBounds.For(instrument), instrument.Description)
                    : new ScalarFamily(name, kind, instrument.IsObservable, instrument.Description);
                _families.Add(name, family);
            }

            if (family.Kind == kind && family.IsObservable == instrument.IsObservable)
            {
                family.Instruments++;
            }
            else
            {
                family = null;
            }
        }

        if (family is null)
        {
            NameTaken(instrument.Meter.Name, instrument.Name, name);
            return;
        }

        listener.EnableMeasurementEvents(instrument, family);
    }

    private void OnCompleted(Instrument instrument, object? state)
    {
        if (state is not MetricFamily family)
        {
            return;
        }

        lock (_lock)
        {
            if (--family.Instruments == 0)
            {
                _families.Remove(family.Name);
            }
        }
    }

    // The kinds are generic types without a common base but Instrument, so their names tell them apart.
    private static MetricKind? KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        if (!type.IsGenericType)
        {
            return null;
        }

        type = type.GetGenericTypeDefinition();
        return type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : type == typeof(UpDownCounter<>) || type == typeof(ObservableUpDownCounter<>) ? MetricKind.UpDownCounter
            : type == typeof(Gauge<>) || type == typeof(ObservableGauge<>) ? MetricKind.Gauge
            : type == typeof(Histogram<>) ? MetricKind.Histogram
            : null;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "An observable instrument failed; its metric is incomplete.")]
    private partial void ObservationFailed(Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning,
        Message = "Instrument '{Instrument}' of meter '{Meter}' is left out: metric '{Metric}' exists with another type.")]
    private partial void NameTaken(string meter, string instrument, string metric);
}
