using System.Runtime.CompilerServices;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire.CapnProto;

/// <summary>Reads a message from a Cap'n Proto struct, by its table of fields.</summary>
internal static class CapnProtoDecoder
{
    public static object Read(WireMessage table, ReadOnlySpan<byte> input)
    {
        var reader = new CapnProtoReader(input);
        var elements = WireLimits.Elements;
        var root = reader.ReadStruct(reader.Root);
        return ReadStruct(table, root, ref reader, ref elements);
    }

    private static object ReadStruct(WireMessage table, in CapnProtoReader.Struct from, ref CapnProtoReader reader, ref int elements)
    {
        var message = table.Create();
        foreach (var member in table.Members)
        {
            switch (member.Kind)
            {
                case WireKind.Flag:
                    if (reader.Bits(from, member.Slot, 1) != 0)
                    {
                        Set<bool?>(member, message, !member.FlagDefault);
                    }

                    break;
                case WireKind.Int32:
                    if (reader.Bits(from, member.Slot, 32) is var int32 and not 0)
                    {
                        Set<long?>(member, message, (int)(uint)(int32 ^ CapnProtoDefaults.Mask(member)));
                    }

                    break;
                case WireKind.Int64:
                    if (reader.Bits(from, member.Slot, 64) is var int64 and not 0)
                    {
                        Set<long?>(member, message, (long)(int64 ^ CapnProtoDefaults.Mask(member)));
                    }

                    break;
                case WireKind.Double:
                    if (reader.Bits(from, member.Slot, 64) is var real and not 0)
                    {
                        Set<double?>(member, message, BitConverter.UInt64BitsToDouble(real ^ CapnProtoDefaults.Mask(member)));
                    }

                    break;
                case WireKind.Time or WireKind.TimeText:
                    if (reader.Bits(from, member.Slot, 64) is var time && (time != 0 || !member.Optional))
                    {
                        Set<DateTimeOffset?>(member, message, IsoTime.FromUnixNanoseconds((long)(time ^ CapnProtoDefaults.Mask(member))));
                    }

                    break;
                case WireKind.Payload:
                    ReadPayload(member, message, from, ref reader);
                    break;
                default:
                    if (reader.Pointer(from, member.Slot) is { } pointer)
                    {
                        ReadPointer(member, message, pointer, ref reader, ref elements);
                    }

                    break;
            }
        }

        return message;
    }

    private static void ReadPayload(WireMember member, object message, in CapnProtoReader.Struct from, ref CapnProtoReader reader)
    {
        byte[] bytes = reader.Pointer(from, member.Slot) is { } pointer ? reader.ReadBytes(pointer).ToArray() : [];
        if (PayloadFormats.Read(bytes, (int)reader.Bits(from, member.FormatSlot, 16)) is { } payload)
        {
            Set<Payload>(member, message, payload);
        }
    }

    private static void ReadPointer(WireMember member, object message, (int Segment, int Offset) pointer, ref CapnProtoReader reader, ref int elements)
    {
        switch (member.Kind)
        {
            case WireKind.Text:
                Set(member, message, reader.ReadText(pointer));
                break;
            case WireKind.Bytes:
                Set(member, message, reader.ReadBytes(pointer).ToArray());
                break;
            case WireKind.Message:
                Set(member, message, ReadStruct(member.Message!, reader.ReadStruct(pointer), ref reader, ref elements));
                break;
            case WireKind.Messages:
                var list = reader.ReadList(pointer, 7);
                var messages = new object[MessagePackDecoder.Count(list.Count, ref elements)];
                for (var i = 0; i < messages.Length; i++)
                {
                    messages[i] = ReadStruct(member.Message!, CapnProtoReader.Element(list, i), ref reader, ref elements);
                }

                Set<object[]>(member, message, messages);
                break;
            case WireKind.Texts:
                var pointers = reader.ReadList(pointer, 6);
                var texts = new string[MessagePackDecoder.Count(pointers.Count, ref elements)];
                for (var i = 0; i < texts.Length; i++)
                {
                    texts[i] = reader.Pointer(CapnProtoReader.Element(pointers, i), 0) is { } text ? reader.ReadText(text) : "";
                }

                Set<string[]>(member, message, texts);
                break;
            default:
                ReadMap(member, message, reader.ReadList(pointer, 7), ref reader, ref elements);
                break;
        }
    }

    private static void ReadMap(WireMember member, object message, in CapnProtoReader.List list, ref CapnProtoReader reader, ref int elements)
    {
        MessagePackDecoder.Count(list.Count, ref elements);
        var entries = new KeyValuePair<string, object>[list.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = CapnProtoReader.Element(list, i);
            var key = reader.Pointer(entry, 0) is { } name ? reader.ReadText(name) : "";
            object value = (reader.Pointer(entry, 1), member.Kind) switch
            {
                ({ } text, WireKind.TextMap) => reader.ReadText(text),
                ({ } inner, _) => ReadStruct(member.Message!, reader.ReadStruct(inner), ref reader, ref elements),
                (null, WireKind.TextMap) => "",
                _ => member.Message!.Create(),
            };
            entries[i] = new(key, value);
        }

        if (member.Kind == WireKind.MessageMap)
        {
            Set(member, message, entries);
            return;
        }

        var texts = new Dictionary<string, string>();
        foreach (var (key, value) in entries)
        {
            texts[key] = (string)value;
        }

        Set(member, message, texts);
    }

    private static void Set<T>(WireMember member, object message, T value) => Unsafe.As<WireMember<T>>(member).Set(message, value);
}
