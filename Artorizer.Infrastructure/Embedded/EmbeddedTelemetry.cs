using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>Names and instruments of the embedded stores.</summary>
public static class EmbeddedTelemetry
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Artorizer.Embedded";

    /// <summary>Name of the activity source for object storage; other providers use the same.</summary>
    public const string ActivitySourceName = "Artorizer.Storage";

    internal static readonly ActivitySource Storage = new(ActivitySourceName);

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Commits =
        Meter.CreateCounter<long>("artorizer.embedded.commits", "{commit}", "Transactions written, each with one fsync.");

    private static readonly Histogram<int> CommitOperations =
        Meter.CreateHistogram<int>("artorizer.embedded.commit.operations", "{operation}", "Changes that shared one transaction.");

    private static readonly Histogram<double> CommitDuration =
        Meter.CreateHistogram<double>("artorizer.embedded.commit.duration", "s", "From the first change of a transaction to its being on disk.");

    private static readonly Counter<long> ObjectBytes =
        Meter.CreateCounter<long>("artorizer.embedded.object.written", "By", "Bytes of objects stored.");

    internal static void RecordCommit(int operations, TimeSpan duration)
    {
        Commits.Add(1);
        CommitOperations.Record(operations);
        CommitDuration.Record(duration.TotalSeconds);
    }

    internal static void RecordObject(long length) => ObjectBytes.Add(length);
}
