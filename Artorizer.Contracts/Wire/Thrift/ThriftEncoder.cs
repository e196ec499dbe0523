using System.Buffers;
using System.Runtime.CompilerServices;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire;

/// <summary>Writes a message as a Thrift struct, by its table. Fields that are not optional are always written.</summary>
internal static class ThriftEncoder
{
    // Bytes from this size on skip the block; Thrift has no lengths around structs to wait for.
    private const int DirectSize = 16 * 1024;

    public static void Write(WireMessage table, object message, bool compact, IBufferWriter<byte> output)
    {
        var writer = new ThriftWriter(compact);
        try
        {
            WriteStruct(table, message, ref writer, output);
            writer.Buffer.MoveTo(output);
        }
        finally
        {
            writer.Dispose();
        }
    }

    private static void WriteStruct(WireMessage table, object message, ref ThriftWriter writer, IBufferWriter<byte> output)
    {
        var last = 0;
        foreach (var member in table.Members)
        {
            WriteMember(member, message, ref writer, ref last, output);
        }

        writer.Stop();
    }

    private static void WriteMember(WireMember member, object message, ref ThriftWriter writer, ref int last, IBufferWriter<byte> output)
    {
        switch (member.Kind)
        {
            case WireKind.Flag:
                if (Get<bool?>(member, message) is { } flag)
                {
                    writer.FlagField(flag, member.Number, ref last);
                }

                break;
            case WireKind.Int32:
                if (Get<long?>(member, message) is { } number)
                {
                    writer.Field(ThriftType.I32, member.Number, ref last);
                    writer.I32((int)Math.Clamp(number, int.MinValue, int.MaxValue));
                }

                break;
            case WireKind.Int64:
                if (Get<long?>(member, message) is { } wide)
                {
                    writer.Field(ThriftType.I64, member.Number, ref last);
                    writer.I64(wide);
                }

                break;
            case WireKind.Double:
                if (Get<double?>(member, message) is { } real)
                {
                    writer.Field(ThriftType.Double, member.Number, ref last);
                    writer.Double(real);
                }

                break;
            case WireKind.Time or WireKind.TimeText:
                if (Get<DateTimeOffset?>(member, message) is { } time)
                {
                    writer.Field(ThriftType.I64, member.Number, ref last);
                    writer.I64(IsoTime.ToUnixNanoseconds(time));
                }

                break;
            case WireKind.Text:
                if (Get<string>(member, message) is { } text)
                {
                    writer.Field(ThriftType.Binary, member.Number, ref last);
                    writer.Text(text);
                }

                break;
            case WireKind.Payload:
                if (Get<Payload>(member, message) is { } payload)
                {
                    WritePayload(member, payload, ref writer, ref last, output);
                }

                break;
            case WireKind.Message:
                if (Get<object>(member, message) is { } inner)
                {
                    writer.Field(ThriftType.Struct, member.Number, ref last);
                    WriteStruct(member.Message!, inner, ref writer, output);
                }

                break;
            default:
                WriteContainer(member, message, ref writer, ref last, output);
                break;
        }
    }

    private static void WritePayload(WireMember member, Payload payload, ref ThriftWriter writer, ref int last, IBufferWriter<byte> output)
    {
        writer.Field(ThriftType.Binary, member.Number, ref last);
        if (payload.Bytes.Length < DirectSize)
        {
            writer.Binary(payload.Bytes.Span);
        }
        else
        {
            writer.Length(payload.Bytes.Length);
            writer.Buffer.MoveTo(output);
            output.Write(payload.Bytes.Span);
        }

        writer.Field(ThriftType.I32, member.FormatNumber, ref last);
        writer.I32(PayloadFormats.NumberOf(payload));
    }

    private static void WriteContainer(WireMember member, object message, ref ThriftWriter writer, ref int last, IBufferWriter<byte> output)
    {
        switch (member.Kind)
        {
            case WireKind.Messages:
                if (Get<object[]>(member, message) is { } messages)
                {
                    writer.Field(ThriftType.List, member.Number, ref last);
                    writer.List(ThriftType.Struct, messages.Length);
                    for (var i = 0; i < messages.Length; i++)
                    {
                        WriteStruct(member.Message!, messages[i], ref writer, output);
                    }
                }

                break;
            case WireKind.Texts:
                if (Get<string[]>(member, message) is { } texts)
                {
                    writer.Field(ThriftType.List, member.Number, ref last);
                    writer.List(ThriftType.Binary, texts.Length);
                    foreach (var text in texts)
                    {
                        writer.Text(text);
                    }
                }

                break;
            case WireKind.TextMap:
                if (Get<Dictionary<string, string>>(member, message) is { } textMap)
                {
                    writer.Field(ThriftType.Map, member.Number, ref last);
                    writer.Map(ThriftType.Binary, textMap.Count);
                    foreach (var (key, value) in textMap)
                    {
                        writer.Text(key);
                        writer.Text(value);
                    }
                }

                break;
            case WireKind.MessageMap:
                if (Get<KeyValuePair<string, object>[]>(member, message) is { } messageMap)
                {
                    writer.Field(ThriftType.Map, member.Number, ref last);
                    writer.Map(ThriftType.Struct, messageMap.Length);
                    foreach (var (key, value) in messageMap)
                    {
                        writer.Text(key);
                        WriteStruct(member.Message!, value, ref writer, output);
                    }
                }

                break;
            default:
                throw new InvalidOperationException($"No message writes {member.Kind}.");
        }
    }

    private static T? Get<T>(WireMember member, object message) => Unsafe.As<WireMember<T>>(member).Get(message);
}
