using System.Runtime.CompilerServices;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire;

/// <summary>Reads a message from a Thrift struct, by its table. Unknown fields are passed over, as are those of another type.</summary>
internal static class ThriftDecoder
{
    public static object Read(WireMessage table, ReadOnlySpan<byte> input, bool compact)
    {
        var reader = new ThriftReader(input, compact);
        var elements = WireLimits.Elements;
        var message = ReadStruct(table, ref reader, ref elements);
        return reader.End ? message : throw new WireFormatException("The body goes on after the end of the struct.");
    }

    private static object ReadStruct(WireMessage table, ref ThriftReader reader, ref int elements)
    {
        var message = table.Create();
        var gathered = default(WireGathered);
        var number = 0;
        for (var type = reader.Field(ref number); type != ThriftType.Stop; type = reader.Field(ref number))
        {
            var member = table.Find(number);
            if (member is null || type != TypeOf(member, number))
            {
                reader.Skip(type);
                continue;
            }

            switch (member.Kind)
            {
                case WireKind.Flag:
                    Set<bool?>(member, message, reader.Flag());
                    break;
                case WireKind.Int32:
                    Set<long?>(member, message, reader.I32());
                    break;
                case WireKind.Int64:
                    Set<long?>(member, message, reader.I64());
                    break;
                case WireKind.Double:
                    Set<double?>(member, message, reader.Double());
                    break;
                case WireKind.Time or WireKind.TimeText:
                    Set<DateTimeOffset?>(member, message, IsoTime.FromUnixNanoseconds(reader.I64()));
                    break;
                case WireKind.Text:
                    Set(member, message, reader.Text());
                    break;
                case WireKind.Bytes:
                    Set(member, message, reader.Binary().ToArray());
                    break;
                case WireKind.Payload when type == ThriftType.I32:
                    gathered.SetFormat(member, reader.I32());
                    break;
                case WireKind.Payload:
                    gathered.SetBytes(member, reader.Binary().ToArray());
                    break;
                case WireKind.Message:
                    Set(member, message, ReadStruct(member.Message!, ref reader, ref elements));
                    break;
                case WireKind.Messages or WireKind.Texts:
                    ReadList(member, message, ref reader, ref elements);
                    break;
                default:
                    ReadMap(member, message, ref reader, ref elements);
                    break;
            }
        }

        gathered.SetAll(message);
        return message;
    }

    private static ThriftType TypeOf(WireMember member, int number) => member.Kind switch
    {
        WireKind.Flag => ThriftType.Bool,
        WireKind.Int32 => ThriftType.I32,
        WireKind.Int64 or WireKind.Time or WireKind.TimeText => ThriftType.I64,
        WireKind.Double => ThriftType.Double,
        WireKind.Payload when number == member.FormatNumber => ThriftType.I32,
        WireKind.Text or WireKind.Bytes or WireKind.Payload => ThriftType.Binary,
        WireKind.Message => ThriftType.Struct,
        WireKind.Messages or WireKind.Texts => ThriftType.List,
        _ => ThriftType.Map,
    };

    private static void ReadList(WireMember member, object message, ref ThriftReader reader, ref int elements)
    {
        var (type, count) = reader.List();
        MessagePackDecoder.Count(count, ref elements);
        if (member.Kind == WireKind.Texts)
        {
            Expect(member, type, ThriftType.Binary, count);
            var texts = new string[count];
            for (var i = 0; i < count; i++)
            {
                texts[i] = reader.Text();
            }

            Set<string[]>(member, message, texts);
            return;
        }

        Expect(member, type, ThriftType.Struct, count);
        var messages = new object[count];
        for (var i = 0; i < count; i++)
        {
            messages[i] = ReadStruct(member.Message!, ref reader, ref elements);
        }

        Set<object[]>(member, message, messages);
    }

    private static void ReadMap(WireMember member, object message, ref ThriftReader reader, ref int elements)
    {
        var (key, value, count) = reader.Map();
        MessagePackDecoder.Count(count, ref elements);
        Expect(member, key, ThriftType.Binary, count);
        if (member.Kind == WireKind.TextMap)
        {
            Expect(member, value, ThriftType.Binary, count);
            var texts = new Dictionary<string, string>();
            for (var i = 0; i < count; i++)
            {
                var name = reader.Text();
                texts[name] = reader.Text();
            }

            Set(member, message, texts);
            return;
        }

        Expect(member, value, ThriftType.Struct, count);
        var entries = new KeyValuePair<string, object>[count];
        for (var i = 0; i < count; i++)
        {
            var name = reader.Text();
            entries[i] = new(name, ReadStruct(member.Message!, ref reader, ref elements));
        }

        Set(member, message, entries);
    }

    private static void Expect(WireMember member, ThriftType actual, ThriftType expected, int count)
    {
        if (actual != expected && count > 0)
        {
            throw new WireFormatException($"The elements of {member.Name} are of another type.");
        }
    }

    private static void Set<T>(WireMember member, object message, T value) => Unsafe.As<WireMember<T>>(member).Set(message, value);
}
