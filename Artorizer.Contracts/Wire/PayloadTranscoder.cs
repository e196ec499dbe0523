using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Artorizer.Contracts.Jobs;
using MessagePack;

namespace Artorizer.Contracts.Wire;

/// <summary>Turns a payload from one format into another, where the protocol in hand cannot carry it as it is.</summary>
/// <remarks>
/// JSON knows fewer types, so towards JSON bin becomes base64 text (RFC 4648 §4), a timestamp ISO 8601 text, another extension
/// <c>[type, base64]</c>, a number that is not finite <c>"NaN"</c>, <c>"Infinity"</c> or <c>"-Infinity"</c>, and a key that is not
/// text its text. Towards MessagePack a JSON number becomes the shortest integer that holds it, or else a 64-bit float.
/// </remarks>
public static class PayloadTranscoder
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a payload as JSON.</summary>
    public static void WriteJson(Payload payload, Utf8JsonWriter output)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ArgumentNullException.ThrowIfNull(output);
        switch (payload.Format)
        {
            case Payload.Json:
                output.WriteRawValue(payload.Bytes.Span, skipInputValidation: true);
                break;
            case Payload.MessagePack:
                var reader = new MessagePackReader(payload.Bytes);
                WriteJson(ref reader, output);
                break;
            default:
                output.WriteBase64StringValue(payload.Bytes.Span);
                break;
        }
    }

    /// <summary>The payload as JSON, for handlers that bind with System.Text.Json.</summary>
    public static ReadOnlyMemory<byte> ToJson(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (payload.Format == Payload.Json)
        {
            return payload.Bytes;
        }

        var buffer = new ArrayBufferWriter<byte>(payload.Bytes.Length + 16);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            WriteJson(payload, writer);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The payload as JSON, with its byte strings written as the caller likes.</summary>
    /// <param name="payload">What is written.</param>
    /// <param name="writeBytes">Writes one JSON value in place of a byte string. The memory is the payload's own.</param>
    public static ReadOnlyMemory<byte> ToJson(Payload payload, Action<Utf8JsonWriter, ReadOnlyMemory<byte>> writeBytes)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ArgumentNullException.ThrowIfNull(writeBytes);
        if (payload.Format == Payload.Json)
        {
            return payload.Bytes;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            if (payload.Format == Payload.MessagePack)
            {
                var reader = new MessagePackReader(payload.Bytes);
                WriteJson(ref reader, writer, writeBytes);
            }
            else
            {
                writeBytes(writer, payload.Bytes);
            }
        }

        return buffer.WrittenMemory;
    }

    /// <summary>JSON as one MessagePack value, with byte strings where the caller knows of some.</summary>
    /// <param name="json">A complete JSON value.</param>
    /// <param name="readBytes">Asked for each array: the bytes that it stands for, or <see langword="null"/> for an array as any other.</param>
    public static ReadOnlyMemory<byte> ToMessagePack(ReadOnlyMemory<byte> json, Func<JsonElement, ReadOnlyMemory<byte>?> readBytes)
    {
        ArgumentNullException.ThrowIfNull(readBytes);
        var buffer = new ArrayBufferWriter<byte>(json.Length + 16);
        var writer = new MessagePackWriter(buffer);
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = WireLimits.MessageDepth });
        WriteMessagePack(document.RootElement, ref writer, readBytes);
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>The payload as one MessagePack value.</summary>
    public static ReadOnlyMemory<byte> ToMessagePack(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (payload.Format == Payload.MessagePack)
        {
            return payload.Bytes;
        }

        var buffer = new ArrayBufferWriter<byte>(payload.Bytes.Length + 16);
        var writer = new MessagePackWriter(buffer);
        WriteMessagePack(payload, ref writer);
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Writes a payload as one MessagePack value.</summary>
    internal static void WriteMessagePack(Payload payload, ref MessagePackWriter output)
    {
        switch (payload.Format)
        {
            case Payload.MessagePack:
                output.WriteRaw(payload.Bytes.Span);
                break;
            case Payload.Json:
                using (var document = JsonDocument.Parse(payload.Bytes, new JsonDocumentOptions { MaxDepth = WireLimits.MessageDepth }))
                {
                    WriteMessagePack(document.RootElement, ref output);
                }

                break;
            default:
                output.Write(payload.Bytes.Span);
                break;
        }
    }

    /// <summary>Writes a JSON value as one MessagePack value.</summary>
    internal static void WriteMessagePack(
        JsonElement value, ref MessagePackWriter output, Func<JsonElement, ReadOnlyMemory<byte>?>? readBytes = null)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                output.WriteMapHeader(value.GetPropertyCount());
                foreach (var property in value.EnumerateObject())
                {
                    output.Write(property.Name);
                    WriteMessagePack(property.Value, ref output, readBytes);
                }

                break;
            case JsonValueKind.Array when readBytes?.Invoke(value) is { } bytes:
                output.Write(bytes.Span);
                break;
            case JsonValueKind.Array:
                output.WriteArrayHeader(value.GetArrayLength());
                foreach (var element in value.EnumerateArray())
                {
                    WriteMessagePack(element, ref output, readBytes);
                }

                break;
            case JsonValueKind.String:
                output.Write(value.GetString());
                break;
            case JsonValueKind.Number when value.TryGetInt64(out var number):
                output.Write(number);
                break;
            case JsonValueKind.Number when value.TryGetUInt64(out var number):
                output.Write(number);
                break;
            case JsonValueKind.Number:
                output.Write(value.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                output.Write(value.GetBoolean());
                break;
            default:
                output.WriteNil();
                break;
        }
    }

    /// <summary>Writes the next MessagePack value as JSON.</summary>
    internal static void WriteJson(
        ref MessagePackReader input, Utf8JsonWriter output, Action<Utf8JsonWriter, ReadOnlyMemory<byte>>? writeBytes = null)
    {
        switch (input.NextMessagePackType)
        {
            case MessagePackType.Map:
                output.WriteStartObject();
                for (var count = input.ReadMapHeader(); count > 0; count--)
                {
                    output.WritePropertyName(KeyText(ref input));
                    WriteJson(ref input, output, writeBytes);
                }

                output.WriteEndObject();
                break;
            case MessagePackType.Array:
                output.WriteStartArray();
                for (var count = input.ReadArrayHeader(); count > 0; count--)
                {
                    WriteJson(ref input, output, writeBytes);
                }

                output.WriteEndArray();
                break;
            case MessagePackType.String:
                output.WriteStringValue(input.ReadString());
                break;
            case MessagePackType.Binary when writeBytes is not null:
                var bytes = input.ReadBytes()!.Value;
                writeBytes(output, bytes.IsSingleSegment ? bytes.First : bytes.ToArray());
                break;
            case MessagePackType.Binary:
                output.WriteBase64StringValue(input.ReadBytes()!.Value.ToArray());
                break;
            case MessagePackType.Integer when input.NextCode == MessagePackCode.UInt64:
                output.WriteNumberValue(input.ReadUInt64());
                break;
            case MessagePackType.Integer:
                output.WriteNumberValue(input.ReadInt64());
                break;
            case MessagePackType.Float:
                WriteFloat(ref input, output);
                break;
            case MessagePackType.Boolean:
                output.WriteBooleanValue(input.ReadBoolean());
                break;
            case MessagePackType.Extension:
                WriteExtension(input.ReadExtensionFormat(), output);
                break;
            default:
                input.ReadNil();
                output.WriteNullValue();
                break;
        }
    }

    private static void WriteFloat(ref MessagePackReader input, Utf8JsonWriter output)
    {
        var single = input.NextCode == MessagePackCode.Float32;
        var value = input.ReadDouble();
        if (!double.IsFinite(value))
        {
            output.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
        else if (single)
        {
            // The shortest text that reads back as the same 32-bit float: 0.1, not 0.10000000149011612.
            output.WriteNumberValue((float)value);
        }
        else
        {
            output.WriteNumberValue(value);
        }
    }

    private static void WriteExtension(ExtensionResult extension, Utf8JsonWriter output)
    {
        if (TryReadTimestamp(extension, out var text))
        {
            output.WriteStringValue(text);
            return;
        }

        output.WriteStartArray();
        output.WriteNumberValue(extension.TypeCode);
        output.WriteBase64StringValue(extension.Data.ToArray());
        output.WriteEndArray();
    }

    private static bool TryReadTimestamp(ExtensionResult extension, out DateTime value)
    {
        value = default;
        if (extension.TypeCode != ReservedMessagePackExtensionTypeCode.DateTime)
        {
            return false;
        }

        try
        {
            value = new MessagePackReader(extension.Data).ReadDateTime(extension.Header);
            return true;
        }
        catch (Exception e) when (e is MessagePackSerializationException or ArgumentOutOfRangeException)
        {
            // Not a timestamp's length, or a time that no calendar has.
            return false;
        }
    }

    private static string KeyText(ref MessagePackReader input)
    {
        if (input.NextMessagePackType == MessagePackType.String)
        {
            return input.ReadString()!;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            WriteJson(ref input, writer);
        }

        var text = buffer.WrittenSpan;
        return Encoding.UTF8.GetString(text is [(byte)'"', .., (byte)'"'] ? text[1..^1] : text);
    }
}
