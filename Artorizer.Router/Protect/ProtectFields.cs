using System.Globalization;
using System.Text;
using System.Text.Json;
using Artorizer.Contracts.Wire;
using Artorizer.Router.Errors;
using static Artorizer.Router.Protect.ProtectFieldNames;

namespace Artorizer.Router.Protect;

/// <summary>The fields of one request, each at most once, whatever form they came in; typed reads that name the field when they fail.</summary>
internal sealed class ProtectFields(FieldErrors? errors = null)
{
    /// <summary>Longest text of any field in UTF-16 units, before its own limit is looked at.</summary>
    public const int MaxTextLength = 20_000;

    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    /// <summary>What was found to be wrong so far.</summary>
    public FieldErrors Errors { get; } = errors ?? new FieldErrors();

    /// <summary>Takes a field; one that is refused goes to <see cref="Errors"/>.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool Add(WireField field)
    {
        if (Refusal(field) is not { } refusal)
        {
            return true;
        }

        Errors.Add(refusal);
        return false;
    }

    private ApiException? Refusal(WireField field)
    {
        var name = Canonical(field.Name);
        if (NotAvailable.Contains(name))
        {
            return AsksForNothing(field.Value)
                ? null
                : ApiException.BadField(name, "not available in this version; leave it out", ErrorCodes.FieldNotAvailable);
        }

        if (name == LocalPath)
        {
            return AsksForNothing(field.Value)
                ? null
                : ApiException.BadField(
                    name, "files of the server are not read for a caller; upload the image or give image_url", ErrorCodes.FieldNotAvailable);
        }

        if (!Known.Contains(name))
        {
            return ApiException.BadField(Shown(field.Name), "unknown field", ErrorCodes.UnknownField);
        }

        return _values.TryAdd(name, field.Value) ? null : ApiException.RepeatedField(name);
    }

    // Clients send every field they know, switched off; what is not wanted need not be refused.
    private static bool AsksForNothing(object? value) => value switch
    {
        null or false or 0L or 0.0 => true,
        string text => text.Trim() is "" or "0" || text.Trim().Equals("false", StringComparison.OrdinalIgnoreCase)
            || text.Trim().Equals("off", StringComparison.OrdinalIgnoreCase),
        IReadOnlyCollection<object?> items => items.Count == 0,
        _ => false,
    };

    /// <summary>Adds each field that was not given already.</summary>
    public void AddMissing(IEnumerable<WireField> fields)
    {
        foreach (var field in fields.Where(f => !_values.ContainsKey(Canonical(f.Name))))
        {
            Add(field);
        }
    }

    /// <summary>Whether a field was given.</summary>
    public bool Has(string name) => Value(name) is not null;

    public string? Text(string name, int min, int max, bool multiline = false)
    {
        if (Value(name) is not { } value)
        {
            return null;
        }

        if (value is not string text)
        {
            throw ApiException.BadField(name, "must be text");
        }

        text = text.Trim();
        var length = text.EnumerateRunes().Count();
        if (length < min || length > max)
        {
            throw ApiException.BadField(name, $"must have {min} to {max} characters");
        }

        return PlainText.Refusal(text, multiline) is { } refusal ? throw ApiException.BadField(name, refusal) : text;
    }

    public string RequiredText(string name, int max) =>
        Value(name) is null ? throw ApiException.MissingField(name) : Text(name, 1, max)!;

    public bool Boolean(string name, bool fallback) => Value(name) switch
    {
        null => fallback,
        bool value => value,
        1L or "1" => true,
        0L or "0" => false,
        string text when text.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        string text when text.Equals("false", StringComparison.OrdinalIgnoreCase) => false,

        // What a checkbox of a form sends.
        string text when text.Equals("on", StringComparison.OrdinalIgnoreCase) => true,
        string text when text.Equals("off", StringComparison.OrdinalIgnoreCase) => false,
        _ => throw ApiException.BadField(name, "must be true or false"),
    };

    public int Integer(string name, int min, int max, int fallback)
    {
        long? value = Value(name) switch
        {
            null => fallback,
            long number => number,
            double number when number == Math.Floor(number) && Math.Abs(number) < 1e15 => (long)number,
            string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };
        return value >= min && value <= max ? (int)value : throw ApiException.BadField(name, $"must be a whole number from {min} to {max}");
    }

    public double Number(string name, double min, double max, double fallback)
    {
        double? value = Value(name) switch
        {
            null => fallback,
            long number => number,
            double number => number,
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };
        return value >= min && value <= max
            ? value.Value
            : throw ApiException.BadField(name, string.Create(CultureInfo.InvariantCulture, $"must be a number from {min} to {max}"));
    }

    public string OneOf(string name, IReadOnlyCollection<string> allowed, string fallback)
    {
        var value = Value(name);
        return value is null ? fallback
            : value is string text && allowed.Contains(text, StringComparer.Ordinal) ? text
            : throw ApiException.BadField(name, $"must be one of {string.Join(", ", allowed)}");
    }

    /// <summary>A list, a comma list, or a JSON array as text.</summary>
    public string[]? List(string name)
    {
        switch (Value(name))
        {
            case null:
                return null;
            case string text when text.TrimStart().StartsWith('['):
                return JsonList(name, text);
            case string text:
                return [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
            case IReadOnlyList<object?> items when items.All(i => i is string):
                return [.. items.Cast<string>().Select(i => i.Trim()).Where(i => i.Length > 0)];
            default:
                throw NoList(name);
        }
    }

    /// <summary>An object, or a JSON object as text; returned as compact JSON of at most <paramref name="max"/> characters.</summary>
    public string? JsonObject(string name, int max)
    {
        var json = Value(name) switch
        {
            null => null,
            string { Length: 0 } => null,
            string text => text,
            IReadOnlyList<WireField> map => ToJson(map),
            _ => throw ApiException.BadFieldAs($"Invalid JSON in {name}", name, "must be an object"),
        };
        if (json is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw ApiException.BadFieldAs($"Invalid JSON in {name}", name, "must be a JSON object");
            }

            var compact = JsonSerializer.Serialize(document.RootElement, JsonText.Default.JsonElement);
            return json.Length <= max
                ? compact
                : throw ApiException.BadField(name, $"must have at most {max} characters");
        }
        catch (JsonException)
        {
            throw ApiException.BadFieldAs($"Invalid JSON in {name}", name, "is not valid JSON");
        }
    }

    private object? Value(string name) => _values.GetValueOrDefault(name) switch
    {
        // Forms cannot leave a field out of the markup; empty means not given there.
        string { Length: 0 } when name is not (ArtistName or ArtworkTitle) => null,
        var value => value,
    };

    private static string[] JsonList(string name, string text)
    {
        try
        {
            string?[] items = JsonSerializer.Deserialize(text, JsonText.Default.StringArray) ?? [];
            return items.All(i => i is not null)
                ? [.. items.Select(i => i!.Trim()).Where(i => i.Length > 0)]
                : throw NoList(name);
        }
        catch (JsonException)
        {
            throw NoList(name);
        }
    }

    private static ApiException NoList(string name) => ApiException.BadField(name, "must be a list of texts or a comma list");

    private static string ToJson(IReadOnlyList<WireField> map)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            JsonText.Write(writer, map);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    // A name from outside goes back into an answer: short, and without what a terminal would act on.
    private static string Shown(string name)
    {
        var plain = PlainText.Strip(name);
        return plain.Length <= 64 ? plain : plain[..64] + "…";
    }
}
