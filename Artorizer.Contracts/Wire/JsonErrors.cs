using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Artorizer.Contracts.Wire;

/// <summary>What is wrong with a JSON body, in words for whoever sent it.</summary>
internal static class JsonErrors
{
    /// <summary>No JSON at all.</summary>
    public static WireFormatException Malformed(JsonException e) =>
        new($"The body is not valid JSON (line {e.LineNumber + 1 ?? 1}, byte {e.BytePositionInLine ?? 0}).", e);

    /// <summary>No JSON, or JSON of another shape than the message's.</summary>
    /// <param name="e">What the serializer threw.</param>
    /// <param name="message">The message.</param>
    public static WireFormatException Describe(JsonException e, JsonTypeInfo message)
    {
        // A reader's exception within means that the text is not JSON; without one, a value is not what it should be.
        if (e.InnerException is JsonException || e.Path is not { } path)
        {
            return Malformed(e);
        }

        if (path == "$")
        {
            return new WireFormatException($"The body must be {Expected(message.Type)}.", e);
        }

        var field = path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;
        if (e.Message.StartsWith("Duplicate property", StringComparison.Ordinal))
        {
            return new WireFormatException($"{field}: given more than once", e) { Field = field };
        }

        var property = message.Properties.FirstOrDefault(p => p.Name == field);
        return new WireFormatException(property is null ? $"{field}: not what it must be" : $"{field}: must be {Expected(property.PropertyType)}", e)
        {
            Field = field,
        };
    }

    private static string Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "true or false",
            TypeCode.Int32 => $"a whole number from {int.MinValue} to {int.MaxValue}",
            TypeCode.Int64 => "a whole number",
            TypeCode.Double => "a number",
            TypeCode.String => "text",
            TypeCode.DateTime => "a time",
            _ when type == typeof(DateTimeOffset) => "a time",
            _ when type.IsArray => "a list",
            _ => "an object",
        };
    }
}
