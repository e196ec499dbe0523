using System.Globalization;
using System.Text;

namespace Artorizer.ServiceDefaults.Prometheus;

/// <summary>All series of one metric name.</summary>
internal abstract class MetricFamily(string name, MetricKind kind, bool isObservable, string? help)
{
    public string Name => name;

    public MetricKind Kind => kind;

    /// <summary>Whether the values are asked for at each collection, rather than reported when they change.</summary>
    public bool IsObservable => isObservable;

    /// <summary>How many instruments feed the family: several hosts in one process have one each. Guarded by the registry.</summary>
    public int Instruments { get; set; }

    public abstract long Dropped { get; }

    public abstract void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    /// <summary>Forgets what was observed last time: a series that is not observed any more is gone.</summary>
    public abstract void BeginCollection();

    public void Write(StringBuilder text)
    {
        if (!string.IsNullOrEmpty(help))
        {
            text.Append("# HELP ").Append(name).Append(' ')
                .Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('\n');
        }

        text.Append("# TYPE ").Append(name).Append(' ').Append(TypeName).Append('\n');
        WriteSamples(text);
    }

    protected abstract void WriteSamples(StringBuilder text);

    protected void WriteSample(StringBuilder text, string suffix, string labels, string? bucket, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0 || bucket is not null)
        {
            text.Append('{').Append(labels);
            if (bucket is not null)
            {
                text.Append(labels.Length > 0 ? "," : string.Empty).Append("le=\"").Append(bucket).Append('"');
            }

            text.Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    protected static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private string TypeName => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };
}
