using System.Diagnostics.Metrics;

namespace Artorizer.ServiceDefaults.Prometheus;

/// <summary>The bounds of a histogram's buckets.</summary>
internal static class HistogramBounds
{
    // Prometheus' own defaults, and on to ten minutes: large images take their time.
    private static readonly double[] Seconds =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

    // OpenTelemetry's defaults.
    private static readonly double[] Others =
        [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    /// <summary>What the instrument advises, else defaults by its unit. Ascending, without repeats.</summary>
    public static double[] For(Instrument instrument)
    {
        var advised = instrument switch
        {
            Instrument<double> { Advice.HistogramBucketBoundaries: { } bounds } => bounds,
            Instrument<float> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(static bound => (double)bound),
            Instrument<long> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(static bound => (double)bound),
            Instrument<int> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(static bound => (double)bound),
            Instrument<short> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(static bound => (double)bound),
            Instrument<byte> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(static bound => (double)bound),
            Instrument<decimal> { Advice.HistogramBucketBoundaries: { } bounds } => bounds.Select(static bound => (double)bound),
            _ => instrument.Unit == "s" ? Seconds : Others,
        };

        return [.. advised.Where(double.IsFinite).Distinct().Order()];
    }
}
