using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;

namespace Artorizer.Contracts.Api;

/// <summary>
/// Writes a payload as the JSON value it holds or comes to (see <see cref="PayloadTranscoder"/>), raw bytes as base64 (RFC 4648
/// §4).
/// </summary>
public sealed class PayloadJsonConverter : JsonConverter<Payload>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override Payload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var value = JsonDocument.ParseValue(ref reader);
        var payload = new Payload(Payload.Json, JsonMarshal.GetRawUtf8Value(value.RootElement).ToArray());
        return PayloadFormats.IsValid(payload)
            ? payload
            : throw new JsonException($"The value nests deeper than {WireLimits.PayloadDepth} levels, or holds text that is not valid Unicode.");
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
