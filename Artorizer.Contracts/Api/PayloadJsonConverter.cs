using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;

namespace Artorizer.Contracts.Api;

/// <summary>Writes a payload as the JSON value it holds or comes to (see <see cref="PayloadTranscoder"/>), raw bytes as base64 (RFC 4648 §4).</summary>
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
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            PayloadTranscoder.WriteJson(value, writer);
        }
    }
}
