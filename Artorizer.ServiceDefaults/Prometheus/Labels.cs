using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Artorizer.ServiceDefaults.Prometheus;

/// <summary>Writes the tags of a measurement as labels: <c>a="x",b="y"</c>, in the order of their names.</summary>
internal static class Labels
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create("\\\"\n");

    /// <summary>
    /// Appends the labels to <paramref name="text"/>. The text is the same for the same tags in any order, so it serves as
    /// the key of a series too.
    /// </summary>
    public static void Append(ref DefaultInterpolatedStringHandler text, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return;
        }

        var rented = ArrayPool<KeyValuePair<string, object?>>.Shared.Rent(tags.Length);
        var sorted = rented.AsSpan(0, tags.Length);
        for (var i = 0; i < tags.Length; i++)
        {
            sorted[i] = new(NameOf(tags[i].Key), tags[i].Value);
        }

        sorted.Sort(static (x, y) => string.CompareOrdinal(x.Key, y.Key));

        string? previous = null;
        foreach (var (name, value) in sorted)
        {
            // An empty value is no label to Prometheus, and a second label of one name makes the whole page unreadable.
            if (name == previous || ToText(value) is not { Length: > 0 } label)
            {
                continue;
            }

            text.AppendLiteral(previous is null ? string.Empty : ",");
            text.AppendLiteral(name);
            text.AppendLiteral("=\"");
            AppendEscaped(ref text, label);
            text.AppendLiteral("\"");
            previous = name;
        }

        ArrayPool<KeyValuePair<string, object?>>.Shared.Return(rented, clearArray: true);
    }

    // "le" belongs to the buckets of histograms.
    private static string NameOf(string tag) => tag == "le" ? "exported_le" : MetricName.ForLabel(tag);

    private static string? ToText(object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    };

    private static void AppendEscaped(ref DefaultInterpolatedStringHandler text, ReadOnlySpan<char> value)
    {
        for (var next = value.IndexOfAny(Escaped); next >= 0; next = value.IndexOfAny(Escaped))
        {
            text.AppendFormatted(value[..next]);
            text.AppendLiteral(value[next] switch
            {
                '\\' => @"\\",
                '"' => "\\\"",
                _ => @"\n",
            });
            value = value[(next + 1)..];
        }

        text.AppendFormatted(value);
    }
}
