using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Api;

/// <summary>Writes a JSON payload as the value itself, and raw bytes as base64 (RFC 4648 §4).</summary>
public sealed class PayloadJsonConverter : JsonConverter<Payload>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override Payload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            using var value = JsonDocument.ParseValue(ref reader);
            value.WriteTo(writer);
        }

        return new Payload(Payload.Json, buffer.WrittenMemory);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Payload value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (value?.Format)
        {
            case null:
                writer.WriteNullValue();
                break;
            case Payload.Json:
                writer.WriteRawValue(value.Bytes.Span, skipInputValidation: true);
                break;
            default:
                writer.WriteBase64StringValue(value.Bytes.Span);
                break;
        }
    }
}
