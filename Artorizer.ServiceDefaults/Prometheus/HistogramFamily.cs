using System.Text;

namespace Artorizer.ServiceDefaults.Prometheus;

/// <summary>Histograms: for each series the counts by bucket, and the sum.</summary>
internal sealed class HistogramFamily(string name, double[] bounds, string? help)
    : MetricFamily(name, MetricKind.Histogram, isObservable: false, help)
{
    private readonly SeriesTable<Histogram> _series = new();
    private readonly string[] _labels = [.. bounds.Select(Number), "+Inf"];

    public override long Dropped => _series.Dropped;

    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!double.IsNaN(value) && _series.TryGet(tags, out var series))
        {
            series.Add(value, bounds);
        }
    }

    public override void BeginCollection()
    {
    }

    protected override void WriteSamples(StringBuilder text)
    {
        foreach (var (labels, series) in _series.InOrder)
        {
            var (counts, sum) = series.Read(_labels.Length);

            // Buckets count upwards: each holds all that is not above its bound.
            long total = 0;
            for (var i = 0; i < counts.Length; i++)
            {
                total += counts[i];
                WriteSample(text, "_bucket", labels, _labels[i], total);
            }

            WriteSample(text, "_sum", labels, null, sum);
            WriteSample(text, "_count", labels, null, total);
        }
    }

    private sealed class Histogram
    {
        private readonly Lock _lock = new();
        private long[]? _counts;
        private double _sum;

        public void Add(double value, double[] bounds)
        {
            // The first bound that is not below the value; bounds are inclusive (le).
            var index = Array.BinarySearch(bounds, value);
            index = index < 0 ? ~index : index;
            lock (_lock)
            {
                _counts ??= new long[bounds.Length + 1];
                _counts[index]++;
                _sum += value;
            }
        }

        public (long[] Counts, double Sum) Read(int buckets)
        {
            lock (_lock)
            {
                return (_counts is null ? new long[buckets] : [.. _counts], _sum);
            }
        }
    }
}
