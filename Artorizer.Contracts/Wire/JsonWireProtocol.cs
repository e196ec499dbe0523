using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Artorizer.Contracts.Api;

namespace Artorizer.Contracts.Wire;

/// <summary>JSON (RFC 8259) through source-generated System.Text.Json; the default.</summary>
public sealed class JsonWireProtocol : IWireProtocol
{
    private const int MaxDepth = WireLimits.MessageDepth;

    /// <inheritdoc/>
    public string Name => "json";

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes { get; } = ["application/json", "text/json"];

    /// <inheritdoc/>
    public bool CanCarry(Type type) => ApiJsonContext.Default.GetTypeInfo(type) is not null;

    /// <inheritdoc/>
    public void Serialize<T>(T value, IBufferWriter<byte> output)
        where T : notnull
    {
        using var writer = new Utf8JsonWriter(
            output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        JsonSerializer.Serialize(writer, value, TypeInfo<T>());
    }

    /// <inheritdoc/>
    public T Deserialize<T>(in ReadOnlySequence<byte> input)
        where T : notnull
    {
        try
        {
            var reader = new Utf8JsonReader(WithoutMark(input), new JsonReaderOptions { MaxDepth = MaxDepth });
            var value = JsonSerializer.Deserialize(ref reader, TypeInfo<T>())
                ?? throw new WireFormatException("The body is null; an object is expected.");
            return reader.Read() ? throw new WireFormatException("The body goes on after the end of the value.") : value;
        }
        catch (JsonException e)
        {
            throw JsonErrors.Describe(e, TypeInfo<T>());
        }
        catch (Exception e) when (IsNoText(e))
        {
            throw NoText(e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<WireField> ReadFields(in ReadOnlySequence<byte> input, Type? message = null)
    {
        try
        {
            using var document = JsonDocument.Parse(WithoutMark(input), new JsonDocumentOptions { MaxDepth = MaxDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Fields(document.RootElement)
                : throw new WireFormatException("The body is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw JsonErrors.Malformed(e);
        }
        catch (Exception e) when (IsNoText(e))
        {
            throw NoText(e);
        }
    }

    // System.Text.Json says so for bytes that are not UTF-8 and for escapes that are half a character.
    private static bool IsNoText(Exception e) => e is InvalidOperationException or ArgumentException;

    private static WireFormatException NoText(Exception e) => new("A text in the body is not valid Unicode.", e);

    private static JsonTypeInfo<T> TypeInfo<T>() =>
        (JsonTypeInfo<T>?)ApiJsonContext.Default.GetTypeInfo(typeof(T))
        ?? throw new NotSupportedException($"JSON does not carry {typeof(T).Name}.");

    // PowerShell and .NET clients begin their texts with a byte order mark; a reader may pass over it (RFC 8259 §8.1).
    private static ReadOnlySequence<byte> WithoutMark(in ReadOnlySequence<byte> input)
    {
        var reader = new SequenceReader<byte>(input);
        return reader.IsNext(Encoding.UTF8.Preamble, advancePast: true) ? input.Slice(reader.Position) : input;
    }

    private static List<WireField> Fields(JsonElement element) =>
        [.. element.EnumerateObject().Select(p => new WireField(p.Name, Value(p.Value)))];

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Fields(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        // Boxed apart: the common type of the two would turn every whole number into a double.
        JsonValueKind.Number => element.TryGetInt64(out var number) ? (object)number : element.GetDouble(),
        _ => null,
    };
}
