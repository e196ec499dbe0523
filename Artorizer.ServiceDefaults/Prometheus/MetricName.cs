using System.Buffers;
using System.Diagnostics.Metrics;

namespace Artorizer.ServiceDefaults.Prometheus;

/// <summary>Names in Prometheus' alphabet, after OpenTelemetry's rules ("Prometheus and OpenMetrics Compatibility").</summary>
internal static class MetricName
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create(Alphanumeric + "_");
    private static readonly SearchValues<char> MetricCharacters = SearchValues.Create(Alphanumeric + "_:");

    /// <summary>
    /// Dots become underscores, the unit a suffix, and counters end in <c>_total</c>: <c>task_processing</c> in "s" is
    /// <c>task_processing_seconds</c>, the counter <c>tasks_received</c> is <c>tasks_received_total</c>.
    /// </summary>
    public static string For(Instrument instrument, MetricKind kind)
    {
        var name = Sanitize(instrument.Name, MetricCharacters);
        name = WithSuffix(name, UnitSuffix(instrument.Unit));
        return kind == MetricKind.Counter ? WithSuffix(name, "_total") : name;
    }

    public static string ForLabel(string tag) => Sanitize(tag, LabelCharacters);

    // "1" and annotations such as "{task}" are no units in the sense of a suffix.
    private static string UnitSuffix(string? unit) => unit switch
    {
        "s" => "_seconds",
        "ms" => "_milliseconds",
        "By" => "_bytes",
        "%" => "_percent",
        _ => string.Empty,
    };

    private static string WithSuffix(string name, string suffix) =>
        suffix.Length == 0 || name.EndsWith(suffix, StringComparison.Ordinal) ? name : name + suffix;

    private static string Sanitize(string name, SearchValues<char> alphabet)
    {
        if (name.Length > 0 && !char.IsAsciiDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(alphabet))
        {
            return name;
        }

        var clean = string.Concat(name.Select(c => alphabet.Contains(c) ? c : '_'));
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? $"_{clean}" : clean;
    }
}
