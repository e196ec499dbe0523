using System.Text;

namespace Artorizer.ServiceDefaults.Prometheus;

/// <summary>Counters and gauges: one number for each series.</summary>
internal sealed class ScalarFamily(string name, MetricKind kind, bool isObservable, string? help)
    : MetricFamily(name, kind, isObservable, help)
{
    private readonly SeriesTable<Scalar> _series = new();

    public override long Dropped => _series.Dropped;

    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // A counter that goes down reads as a restart of the process, so such an addition is refused.
        if ((Kind == MetricKind.Counter && !(value >= 0)) || !_series.TryGet(tags, out var series))
        {
            return;
        }

        if (Kind == MetricKind.Gauge)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    public override void BeginCollection()
    {
        if (IsObservable)
        {
            _series.Clear();
        }
    }

    protected override void WriteSamples(StringBuilder text)
    {
        foreach (var (labels, series) in _series.InOrder)
        {
            WriteSample(text, string.Empty, labels, null, series.Value);
        }
    }

    private sealed class Scalar
    {
        private double _value;

        public double Value => Volatile.Read(ref _value);

        public void Set(double value) => Volatile.Write(ref _value, value);

        public void Add(double amount)
        {
            var seen = Volatile.Read(ref _value);
            while (true)
            {
                var before = Interlocked.CompareExchange(ref _value, seen + amount, seen);
                if (before.Equals(seen))
                {
                    return;
                }

                seen = before;
            }
        }
    }
}
