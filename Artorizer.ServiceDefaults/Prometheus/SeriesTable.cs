using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Artorizer.ServiceDefaults.Prometheus;

/// <summary>The series of one metric by their labels. Bounded: a tag with endless values must not eat the memory.</summary>
internal sealed class SeriesTable<TSeries>
    where TSeries : class, new()
{
    /// <summary>Measurements for further series are dropped and counted.</summary>
    public const int Capacity = 1000;

    private readonly ConcurrentDictionary<string, TSeries> _series = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _count;
    private long _dropped;

    public long Dropped => Volatile.Read(ref _dropped);

    public IEnumerable<KeyValuePair<string, TSeries>> InOrder =>
        _series.OrderBy(static series => series.Key, StringComparer.Ordinal);

    public bool TryGet(ReadOnlySpan<KeyValuePair<string, object?>> tags, [NotNullWhen(true)] out TSeries? series)
    {
        var labels = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        Labels.Append(ref labels, tags);
        var known = _series.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(labels.Text, out series);
        if (!known)
        {
            series = Add(labels.Text.ToString());
        }

        labels.Clear();
        return series is not null;
    }

    public void Clear()
    {
        lock (_lock)
        {
            _series.Clear();
            _count = 0;
        }
    }

    private TSeries? Add(string labels)
    {
        lock (_lock)
        {
            if (_series.TryGetValue(labels, out var existing))
            {
                return existing;
            }

            if (_count == Capacity)
            {
                Interlocked.Increment(ref _dropped);
                return null;
            }

            _count++;
            return _series[labels] = new TSeries();
        }
    }
}
