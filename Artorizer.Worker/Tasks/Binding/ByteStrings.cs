using System.Text.Json;

namespace Artorizer.Worker.Tasks.Binding;

/// <summary>
/// Byte strings that stay beside the JSON while MessagePack is bound to an object, or an object written as MessagePack:
/// JSON has none, and base64 would cost a third more and two copies. In the JSON a byte string is the pair of a mark that
/// nobody outside the process knows, and its number.
/// </summary>
internal sealed class ByteStrings
{
    // The serializer's converters are shared by all calls and its calls are synchronous, so the thread tells whose they are.
    [ThreadStatic]
    private static ByteStrings? t_current;

    private static readonly string Mark = Guid.NewGuid().ToString("N");
    private readonly List<ReadOnlyMemory<byte>> _values = [];

    /// <summary>Those of the call on this thread, or <see langword="null"/> when bytes are base64 text.</summary>
    public static ByteStrings? Current => t_current;

    public bool IsEmpty => _values.Count == 0;

    /// <summary>Makes these the current ones until the scope is disposed.</summary>
    public Scope Enter()
    {
        var scope = new Scope(t_current);
        t_current = this;
        return scope;
    }

    public void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(Mark);
        writer.WriteNumberValue(_values.Count);
        writer.WriteEndArray();
        _values.Add(value);
    }

    /// <summary>The bytes that a JSON array stands for, or <see langword="null"/> if it stands for itself.</summary>
    public ReadOnlyMemory<byte>? Find(JsonElement array) =>
        array.GetArrayLength() == 2
        && array[0] is { ValueKind: JsonValueKind.String } mark && mark.ValueEquals(Mark)
        && array[1].TryGetInt32(out var number) && number < _values.Count
            ? _values[number]
            : (ReadOnlyMemory<byte>?)null;

    /// <summary>Reads the pair that stands for bytes.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray
            && reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(Mark)
            && reader.Read() && reader.TryGetInt32(out var number) && number < _values.Count
            && reader.Read() && reader.TokenType == JsonTokenType.EndArray)
        {
            return _values[number];
        }

        throw new JsonException();
    }

    public readonly struct Scope(ByteStrings? outer) : IDisposable
    {
        public void Dispose() => t_current = outer;
    }
}
