using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Artorizer.Worker.Tasks.Binding;

/// <summary>Says of every member of an object what keeps it from being bound, where the serializer stops at the first.</summary>
internal static class BindingProblems
{
    private const string Root = "data";

    public static IReadOnlyList<string> Of(JsonElement value, JsonTypeInfo type, JsonException failure)
    {
        if (type.Kind == JsonTypeInfoKind.Object)
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                return [$"{Root}: must be an object"];
            }

            var problems = type.Properties.Select(p => Of(value, p)).OfType<string>().ToList();
            if (problems.Count > 0)
            {
                return problems;
            }
        }

        return [Describe(Root, type.Type, failure)];
    }

    private static string? Of(JsonElement value, JsonPropertyInfo member)
    {
        if (!TryFind(value, member, out var given))
        {
            return TypeShapes.IsRequired(member) ? $"{member.Name}: required" : null;
        }

        if (given.ValueKind == JsonValueKind.Null && !member.IsSetNullable)
        {
            return $"{member.Name}: must not be null";
        }

        try
        {
            given.Deserialize(member.Options.GetTypeInfo(member.PropertyType));
            return null;
        }
        catch (JsonException e)
        {
            return Describe(member.Name, member.PropertyType, e);
        }
    }

    // JsonException names types of the program, which mean nothing to whoever sent the task; its path does.
    private static string Describe(string name, Type type, JsonException failure)
    {
        var path = (failure.Path ?? "$")[1..];
        return path.Length > 0
            ? $"{(name == Root ? path.TrimStart('.') : name + path)}: missing a member, or of the wrong type"
            : $"{name}: must be {Expected(type)}";
    }

    private static string Expected(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain == typeof(string) || plain == typeof(char) => "text",
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(byte[]) || plain == typeof(ReadOnlyMemory<byte>) || plain == typeof(Memory<byte>) => "bytes (base64 text in JSON)",
            _ when plain.IsEnum => $"one of {string.Join(", ", Enum.GetNames(plain).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}",
            _ when plain == typeof(float) || plain == typeof(double) || plain == typeof(decimal) || plain == typeof(Half) => "a number",
            _ when plain.IsPrimitive || plain == typeof(Int128) || plain == typeof(UInt128) => "a whole number in range",
            _ when plain == typeof(DateTime) || plain == typeof(DateTimeOffset) || plain == typeof(DateOnly) || plain == typeof(TimeOnly) =>
                "an ISO 8601 date or time",
            _ when plain == typeof(Guid) => "a UUID",
            _ when plain == typeof(Uri) => "an address",
            _ when plain == typeof(TimeSpan) => "a time span such as 00:01:30",
            _ when plain != typeof(string) && typeof(System.Collections.IDictionary).IsAssignableFrom(plain) => "an object",
            _ when typeof(System.Collections.IEnumerable).IsAssignableFrom(plain) => "a list",
            _ => "an object of the expected form",
        };
    }

    private static bool TryFind(JsonElement value, JsonPropertyInfo member, out JsonElement found)
    {
        if (value.TryGetProperty(member.Name, out found))
        {
            return true;
        }

        foreach (var property in value.EnumerateObject())
        {
            if (string.Equals(property.Name, member.Name, StringComparison.OrdinalIgnoreCase))
            {
                found = property.Value;
                return true;
            }
        }

        return false;
    }
}
