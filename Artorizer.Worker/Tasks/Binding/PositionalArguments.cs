using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Artorizer.Worker.Tasks.Binding;

/// <summary><c>{"args": […]}</c>: arguments by position, as the older task daemon's clients send them.</summary>
internal static class PositionalArguments
{
    private const string Name = "args";

    /// <summary>The value that binds to a type: the arguments under the names of its members, or the value as it came.</summary>
    /// <param name="value">As it came.</param>
    /// <param name="type">What it will be bound to.</param>
    /// <param name="problem">More arguments than the type takes; else <see langword="null"/>.</param>
    public static JsonElement Expand(JsonElement value, JsonTypeInfo type, out string? problem)
    {
        problem = null;
        if (value.ValueKind != JsonValueKind.Object
            || value.GetPropertyCount() != 1
            || !value.TryGetProperty(Name, out var arguments)
            || arguments.ValueKind != JsonValueKind.Array
            || type.Kind is JsonTypeInfoKind.Dictionary
            || type.Properties.Any(p => p.Name == Name))
        {
            return value;
        }

        switch (type.Kind)
        {
            case JsonTypeInfoKind.Enumerable:
                return arguments;
            case JsonTypeInfoKind.Object:
                var members = TypeShapes.Positions(type);
                problem = TooMany(arguments, members.Count);
                return problem is null ? Named(arguments, members) : value;
            default:
                problem = arguments.GetArrayLength() == 0 ? "args: one argument is needed" : TooMany(arguments, 1);
                return problem is null ? arguments[0] : value;
        }
    }

    private static string? TooMany(JsonElement arguments, int most) => arguments.GetArrayLength() > most
        ? $"args: {arguments.GetArrayLength()} arguments were given; at most {most} are taken"
        : null;

    private static JsonElement Named(JsonElement arguments, IReadOnlyList<JsonPropertyInfo> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (argument, member) in arguments.EnumerateArray().Zip(members))
            {
                writer.WritePropertyName(member.Name);
                argument.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan, TaskSerializer.DocumentOptions);
    }
}
