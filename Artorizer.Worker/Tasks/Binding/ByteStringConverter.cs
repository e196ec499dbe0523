using System.Text.Json;
using System.Text.Json.Serialization;

namespace Artorizer.Worker.Tasks.Binding;

/// <summary>Bytes beside the JSON where <see cref="ByteStrings.Current"/> is set, else base64 text (RFC 4648 §4).</summary>
internal sealed class ByteStringConverter<T>(Func<ReadOnlyMemory<byte>, T> from, Func<T, ReadOnlyMemory<byte>> to) : JsonConverter<T>
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray && ByteStrings.Current is { } bytes)
        {
            return from(bytes.Read(ref reader));
        }

        return reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var decoded) ? from(decoded) : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (ByteStrings.Current is { } bytes)
        {
            bytes.Write(writer, to(value));
        }
        else
        {
            writer.WriteBase64StringValue(to(value).Span);
        }
    }
}
