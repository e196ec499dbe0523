using System.Diagnostics.Metrics;
using Artorizer.Jobs;

namespace Artorizer.Router;

/// <summary>What the router counts; meter <c>Artorizer.Router</c>.</summary>
internal sealed class RouterMetrics
{
    public const string MeterName = "Artorizer.Router";

    private readonly Counter<long> _received;
    private readonly Counter<long> _submitted;
    private readonly Counter<long> _bytes;
    private long _total;

    public RouterMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(MeterName);
        _received = Meter.CreateCounter<long>("tasks_received", description: "Jobs accepted.");
        _submitted = Meter.CreateCounter<long>("artorizer.submissions", description: "Submissions by type, way and outcome.");
        _bytes = Meter.CreateCounter<long>("artorizer.image.bytes", "By", "Bytes of images that came in through the router.");
    }

    /// <summary>The router's meter, for gauges that have a place of their own.</summary>
    public Meter Meter { get; }

    /// <summary>Jobs accepted since the start.</summary>
    public long TotalReceived => Interlocked.Read(ref _total);

    /// <summary>Makes the series exist before the first job, so that a rate over it is never undefined. Once the host has started.</summary>
    public void Announce() => _received.Add(0);

    public void Received(long bytes) => _bytes.Add(bytes);

    public void Submitted(string type, string via, CreateJobOutcome outcome)
    {
        if (outcome == CreateJobOutcome.Created)
        {
            Interlocked.Increment(ref _total);
            _received.Add(1);
        }

        _submitted.Add(
            1,
            new KeyValuePair<string, object?>("type", type),
            new KeyValuePair<string, object?>("via", via),
            new KeyValuePair<string, object?>("outcome", outcome.ToString()));
    }
}
