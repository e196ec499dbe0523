using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire.Schema;
using MessagePack;

namespace Artorizer.Contracts.Wire;

/// <summary>MessagePack: maps with the names that JSON has. Carries every message; one without a table takes the way over JSON.</summary>
/// <remarks>Times are timestamps; those of tasks are ISO 8601 text, as older clients expect. Both are read everywhere.</remarks>
public sealed class MessagePackWireProtocol : IWireProtocol
{
    private static readonly MessagePackSecurity Security = MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(WireLimits.MessageDepth);

    /// <inheritdoc/>
    public string Name => "msgpack";

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes { get; } =
        ["application/msgpack", "application/x-msgpack", "application/vnd.msgpack", "application/vnd.messagepack"];

    /// <inheritdoc/>
    public bool CanCarry(Type type) => WireSchema.IsKnown(type) || ApiJsonContext.Default.GetTypeInfo(type) is not null;

    /// <inheritdoc/>
    public void Serialize<T>(T value, IBufferWriter<byte> output)
        where T : notnull
    {
        if (value is TaskView[] tasks)
        {
            MessagePackEncoder.WriteAll(WireSchema.Task, tasks, output);
        }
        else if (WireSchema.Find(typeof(T)) is { } table)
        {
            MessagePackEncoder.Write(table, value, output);
        }
        else
        {
            var writer = new MessagePackWriter(output);
            using var document = JsonSerializer.SerializeToDocument(value, TypeInfo<T>());
            PayloadTranscoder.WriteMessagePack(document.RootElement, ref writer);
            writer.Flush();
        }
    }

    /// <inheritdoc/>
    public T Deserialize<T>(in ReadOnlySequence<byte> input)
        where T : notnull
    {
        try
        {
            return Read<T>(input);
        }
        catch (Exception e) when (IsMalformed(e))
        {
            throw Malformed(e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<WireField> ReadFields(in ReadOnlySequence<byte> input, Type? message = null)
    {
        try
        {
            var reader = new MessagePackReader(input);
            if (reader.NextMessagePackType != MessagePackType.Map)
            {
                throw new WireFormatException("The body is not a MessagePack map.");
            }

            var elements = WireLimits.Elements;
            var fields = (List<WireField>)ReadValue(ref reader, ref elements)!;
            return reader.End ? fields : throw AfterEnd();
        }
        catch (Exception e) when (IsMalformed(e))
        {
            throw Malformed(e);
        }
    }

    private static JsonTypeInfo<T> TypeInfo<T>() =>
        (JsonTypeInfo<T>?)ApiJsonContext.Default.GetTypeInfo(typeof(T))
        ?? throw new NotSupportedException($"MessagePack does not carry {typeof(T).Name}.");

    private static bool IsMalformed(Exception e) =>
        e is JsonException || PayloadFormats.IsMalformed(e);

    private static WireFormatException AfterEnd() => new("The body goes on after the end of the value.");

    private static WireFormatException Malformed(Exception e) => new(
        e switch
        {
            EndOfStreamException => "The body ends in the middle of a MessagePack value.",
            OverflowException or ArgumentOutOfRangeException => "A number in the body is out of range.",
            InsufficientExecutionStackException => $"The body nests deeper than {WireLimits.MessageDepth} levels.",
            JsonException => "The body does not have the fields of this message.",
            _ => "The body is not valid MessagePack.",
        },
        e);

    private static T Read<T>(in ReadOnlySequence<byte> input)
        where T : notnull
    {
        if (typeof(T) == typeof(TaskView[]))
        {
            return (T)(object)MessagePackDecoder.ReadAll<TaskView>(WireSchema.Task, input);
        }

        if (WireSchema.Find(typeof(T)) is { } table)
        {
            return (T)MessagePackDecoder.Read(table, input);
        }

        var reader = new MessagePackReader(input);
        var start = reader.CreatePeekReader();
        PayloadFormats.SkipMessagePack(ref reader);
        if (!reader.End)
        {
            throw AfterEnd();
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            PayloadTranscoder.WriteJson(ref start, writer);
        }

        return JsonSerializer.Deserialize(buffer.WrittenSpan, TypeInfo<T>()) ?? throw new WireFormatException("The body is nil; a map is expected.");
    }

    private static object? ReadValue(ref MessagePackReader reader, ref int elements)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Map:
                Security.DepthStep(ref reader);
                var fields = new List<WireField>();
                for (var count = WireLimits.Take(reader.ReadMapHeader(), ref elements); count > 0; count--)
                {
                    var name = reader.ReadString() ?? throw new WireFormatException("A key in the body is nil; text is expected.");
                    fields.Add(new WireField(name, ReadValue(ref reader, ref elements)));
                }

                reader.Depth--;
                return fields;
            case MessagePackType.Array:
                Security.DepthStep(ref reader);
                var list = new List<object?>();
                for (var count = WireLimits.Take(reader.ReadArrayHeader(), ref elements); count > 0; count--)
                {
                    list.Add(ReadValue(ref reader, ref elements));
                }

                reader.Depth--;
                return list;
            case MessagePackType.String:
                return reader.ReadString();
            case MessagePackType.Binary:
                return reader.ReadBytes()!.Value.ToArray();
            case MessagePackType.Integer:
                return reader.ReadInt64();
            case MessagePackType.Float:
                return reader.ReadDouble();
            case MessagePackType.Boolean:
                return reader.ReadBoolean();
            case MessagePackType.Extension:
                return IsoTime.Format(reader.ReadDateTime());
            default:
                reader.ReadNil();
                return null;
        }
    }
}
