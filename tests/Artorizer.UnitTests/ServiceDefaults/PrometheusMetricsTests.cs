using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Artorizer.ServiceDefaults.Prometheus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Artorizer.UnitTests.ServiceDefaults;

public sealed partial class PrometheusMetricsTests : IDisposable
{
    // A prefix of its own: meters are seen by the whole process.
    private readonly string _prefix = $"Test{Guid.NewGuid():N}.";
    private readonly Meter _meter;
    private readonly PrometheusMetrics _metrics;

    public PrometheusMetricsTests()
    {
        _meter = new Meter(_prefix + "Jobs");
        _metrics = new PrometheusMetrics(NullLogger<PrometheusMetrics>.Instance, _prefix);
        _metrics.StartingAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void KeepsTheNamesThatOlderClientsKnow()
    {
        _meter.CreateCounter<long>("tasks_received", description: "Tasks taken in.").Add(3);
        var processed = _meter.CreateCounter<long>("tasks_processed");
        processed.Add(2, new KeyValuePair<string, object?>("status", "success"));
        processed.Add(1, new KeyValuePair<string, object?>("status", "failed"));
        _meter.CreateObservableGauge("queue_size", () => 7);
        _meter.CreateHistogram(
            "task_processing", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] }).Record(0.75);
        _meter.CreateObservableGauge("daemon_health", () => 1);

        Assert.Equal(
            """
            # TYPE daemon_health gauge
            daemon_health 1
            # TYPE queue_size gauge
            queue_size 7
            # TYPE task_processing_seconds histogram
            task_processing_seconds_bucket{le="0.5"} 0
            task_processing_seconds_bucket{le="1"} 1
            task_processing_seconds_bucket{le="+Inf"} 1
            task_processing_seconds_sum 0.75
            task_processing_seconds_count 1
            # TYPE tasks_processed_total counter
            tasks_processed_total{status="failed"} 1
            tasks_processed_total{status="success"} 2
            # HELP tasks_received_total Tasks taken in.
            # TYPE tasks_received_total counter
            tasks_received_total 3

            """,
            Collect());
    }

    [Theory]
    [InlineData("artorizer.jobs.waiting", null, "artorizer_jobs_waiting")]
    [InlineData("artorizer.stage.duration", "s", "artorizer_stage_duration_seconds")]
    [InlineData("duration.seconds", "s", "duration_seconds")]
    [InlineData("upload.size", "By", "upload_size_bytes")]
    [InlineData("jobs", "{job}", "jobs")]
    [InlineData("ratio", "1", "ratio")]
    [InlineData("a-b/c", null, "a_b_c")]
    public void MapsNamesAndUnits(string name, string? unit, string expected)
    {
        _meter.CreateUpDownCounter<int>(name, unit).Add(1);

        Assert.Equal($"# TYPE {expected} gauge\n{expected} 1\n", Collect());
    }

    [Fact]
    public void AddsUpAndDown()
    {
        var waiting = _meter.CreateUpDownCounter<int>("waiting");
        waiting.Add(5);
        waiting.Add(-2);
        var level = _meter.CreateGauge<double>("level");
        level.Record(5);
        level.Record(1.5);
        var total = _meter.CreateCounter<double>("total");
        total.Add(2);
        total.Add(-1);
        total.Add(double.NaN);

        Assert.Equal("# TYPE level gauge\nlevel 1.5\n# TYPE total_total counter\ntotal_total 2\n# TYPE waiting gauge\nwaiting 3\n", Collect());
    }

    [Fact]
    public void TakesEveryNumberType()
    {
        _meter.CreateCounter<byte>("c").Add(1);
        using var second = new Meter(_prefix + "Other");
        second.CreateCounter<short>("c").Add(1);
        second.CreateCounter<int>("c").Add(1);
        second.CreateCounter<long>("c").Add(1);
        second.CreateCounter<float>("c").Add(1);
        second.CreateCounter<double>("c").Add(1);
        second.CreateCounter<decimal>("c").Add(1);

        Assert.Equal("# TYPE c_total counter\nc_total 7\n", Collect());
    }

    [Fact]
    public void EscapesAndOrdersLabels()
    {
        var counter = _meter.CreateCounter<int>("c", description: "back\\slash\nnew line");
        counter.Add(1, new("b", "say \"hi\"\\\n"), new("a.b", 1.5), new("le", true), new("empty", ""), new("none", null), new("a-b", "twin"));
        counter.Add(1, new("a.b", 1.5), new("le", true), new("b", "say \"hi\"\\\n"));

        var line = Collect().Split('\n')[2];

        Assert.Equal("# HELP c_total back\\\\slash\\nnew line", Collect().Split('\n')[0]);
        Assert.Matches("""^c_total\{a_b="(1\.5|twin)",b="say \\"hi\\"\\\\\\n",exported_le="true"\} [12]$""", line);
    }

    [Fact]
    public void SameTagsInAnyOrderAreOneSeries()
    {
        var counter = _meter.CreateCounter<int>("c");
        counter.Add(1, new("a", "1"), new("b", "2"));
        counter.Add(1, new("b", "2"), new("a", "1"));

        Assert.EndsWith("\nc_total{a=\"1\",b=\"2\"} 2\n", Collect(), StringComparison.Ordinal);
    }

    [Fact]
    public void CountsInclusiveBuckets()
    {
        var histogram = _meter.CreateHistogram("h", null, null, null, new InstrumentAdvice<int> { HistogramBucketBoundaries = [10, 20] });
        foreach (var value in (int[])[-5, 10, 11, 20, 21])
        {
            histogram.Record(value, new KeyValuePair<string, object?>("kind", "x"));
        }

        Assert.Equal(
            """
            # TYPE h histogram
            h_bucket{kind="x",le="10"} 2
            h_bucket{kind="x",le="20"} 4
            h_bucket{kind="x",le="+Inf"} 5
            h_sum{kind="x"} 57
            h_count{kind="x"} 5

            """,
            Collect());
    }

    [Fact]
    public void HasBucketsByDefault()
    {
        _meter.CreateHistogram<double>("d", "s").Record(0.2);
        _meter.CreateHistogram<double>("n").Record(3);

        var page = Collect();

        Assert.Contains("d_seconds_bucket{le=\"0.1\"} 0\nd_seconds_bucket{le=\"0.25\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("n_bucket{le=\"0\"} 0\nn_bucket{le=\"5\"} 1\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void ObservedSeriesComeAndGo()
    {
        var workers = new List<string> { "a", "b" };
        _meter.CreateObservableGauge(
            "busy", () => workers.Select(worker => new Measurement<int>(1, new KeyValuePair<string, object?>("worker", worker))));
        _meter.CreateObservableCounter("seen", () => 5);

        Assert.Equal(Collect(), Collect());
        workers.Remove("a");

        Assert.Equal("# TYPE busy gauge\nbusy{worker=\"b\"} 1\n# TYPE seen_total counter\nseen_total 5\n", Collect());
    }

    [Fact]
    public void AFailingInstrumentLeavesTheOthersAlone()
    {
        _meter.CreateObservableGauge("bad", int () => throw new InvalidOperationException());
        _meter.CreateObservableGauge("good", () => 1);

        Assert.Contains("\ngood 1\n", Collect(), StringComparison.Ordinal);
    }

    [Fact]
    public void BoundsTheSeriesOfAnInstrument()
    {
        var counter = _meter.CreateCounter<int>("c");
        for (var i = 0; i < 1005; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        counter.Add(1, new KeyValuePair<string, object?>("id", 0));
        var page = Collect();

        Assert.Equal(1000, page.Split('\n').Count(line => line.StartsWith("c_total{", StringComparison.Ordinal)));
        Assert.Contains("c_total{id=\"0\"} 2\n", page, StringComparison.Ordinal);
        Assert.EndsWith("artorizer_metrics_dropped_measurements_total{metric=\"c_total\"} 5\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesASecondTypeForAName()
    {
        _meter.CreateGauge<int>("x").Record(1);
        _meter.CreateHistogram<int>("x").Record(1);

        Assert.Equal("# TYPE x gauge\nx 1\n", Collect());
    }

    [Fact]
    public void ForgetsMetersThatAreGone()
    {
        var meter = new Meter(_prefix + "Short");
        meter.CreateCounter<int>("c").Add(1);
        Assert.NotEmpty(Collect());

        meter.Dispose();

        Assert.Empty(Collect());
    }

    [Fact]
    public void IgnoresOtherMeters()
    {
        using var meter = new Meter("Elsewhere." + _prefix);
        meter.CreateCounter<int>("c").Add(1);

        Assert.Empty(Collect());
    }

    [Fact]
    public async Task LosesNothingWhenManyCountAtOnce()
    {
        var counter = _meter.CreateCounter<long>("c");
        var histogram = _meter.CreateHistogram<double>("h");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("n", i % 10));
                histogram.Record(1);
                if (i % 1000 == 0)
                {
                    Collect();
                }
            }
        })));

        var page = Collect();
        Assert.Equal(10, Regex.Count(page, """^c_total\{n="\d"\} 4000$""", RegexOptions.Multiline));
        Assert.Contains("\nh_sum 40000\nh_count 40000\n", page, StringComparison.Ordinal);
    }

    // Every page must keep to the format's grammar, with no series twice.
    private string Collect()
    {
        var page = _metrics.Collect();
        var lines = page.Split('\n');
        Assert.Empty(lines[^1]);
        Assert.All(lines[..^1], line => Assert.Matches(Line(), line));
        var series = lines[..^1].Where(line => line[0] != '#').Select(line => line[..line.LastIndexOf(' ')]).ToArray();
        Assert.Equal(series.Length, series.Distinct().Count());
        return page;
    }

    [GeneratedRegex("""^(# HELP [a-zA-Z_:][a-zA-Z0-9_:]* .*|# TYPE [a-zA-Z_:][a-zA-Z0-9_:]* (counter|gauge|histogram)|[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*")*\})? ([+-]Inf|NaN|-?[0-9.]+(E[+-][0-9]+)?))$""")]
    private static partial Regex Line();
}
