using System.Runtime.CompilerServices;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire;

/// <summary>Reads a message in the Protobuf encoding, by its table. Unknown fields are passed over, as are those of another wire type.</summary>
internal static class ProtobufDecoder
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;

    public static object Read(WireMessage table, ReadOnlySpan<byte> input, ref int elements)
    {
        var message = table.Create();
        ReadInto(message, table, input, ref elements);
        return message;
    }

    private static void ReadInto(object message, WireMessage table, ReadOnlySpan<byte> input, ref int elements)
    {
        var reader = new ProtobufReader(input);
        var gathered = default(WireGathered);
        while (!reader.End)
        {
            var (number, wireType) = reader.Tag();
            var member = table.Find(number);
            if (member is null || wireType != WireTypeOf(member, number))
            {
                reader.Skip(number, wireType);
                continue;
            }

            switch (member.Kind)
            {
                case WireKind.Flag:
                    Set<bool?>(member, message, reader.Varint() != 0);
                    break;
                case WireKind.Int32:
                    Set<long?>(member, message, (int)reader.Varint());
                    break;
                case WireKind.Int64:
                    Set<long?>(member, message, (long)reader.Varint());
                    break;
                case WireKind.Double:
                    Set<double?>(member, message, reader.Double());
                    break;
                case WireKind.Text:
                    Set(member, message, reader.Text());
                    break;
                case WireKind.Bytes:
                    Set(member, message, reader.Bytes().ToArray());
                    break;
                case WireKind.Time:
                    Set<DateTimeOffset?>(member, message, ReadTimestamp(reader.Bytes()));
                    break;
                case WireKind.TimeText:
                    if (reader.Bytes() is { IsEmpty: false } text)
                    {
                        Set<DateTimeOffset?>(member, message, IsoTime.Parse(text));
                    }

                    break;
                case WireKind.Payload when number == member.FormatNumber:
                    gathered.SetFormat(member, (int)reader.Varint());
                    break;
                case WireKind.Payload:
                    gathered.SetBytes(member, reader.Bytes().ToArray());
                    break;
                case WireKind.Message:
                    ReadMessage(member, message, reader.Bytes(), ref elements);
                    break;
                default:
                    ReadElement(member, reader.Bytes(), ref gathered, ref elements);
                    break;
            }
        }

        gathered.SetAll(message);
    }

    private static int WireTypeOf(WireMember member, int number) => member.Kind switch
    {
        WireKind.Flag or WireKind.Int32 or WireKind.Int64 => Varint,
        WireKind.Double => Fixed64,
        WireKind.Payload when number == member.FormatNumber => Varint,
        _ => Delimited,
    };

    private static void ReadMessage(WireMember member, object message, ReadOnlySpan<byte> bytes, ref int elements)
    {
        // A message that comes twice is merged, as the encoding has it.
        if (Unsafe.As<WireMember<object>>(member).Get(message) is { } present)
        {
            ReadInto(present, member.Message!, bytes, ref elements);
        }
        else
        {
            Set(member, message, Read(member.Message!, bytes, ref elements));
        }
    }

    private static void ReadElement(WireMember member, ReadOnlySpan<byte> bytes, ref WireGathered gathered, ref int elements)
    {
        MessagePackDecoder.Count(1, ref elements);
        switch (member.Kind)
        {
            case WireKind.Messages:
                gathered.Add(member, Read(member.Message!, bytes, ref elements));
                break;
            case WireKind.Texts:
                gathered.Add(member, Text(bytes));
                break;
            default:
                var (key, value) = ReadEntry(member, bytes, ref elements);
                gathered.Add(member, KeyValuePair.Create(key, value));
                break;
        }
    }

    private static (string Key, object Value) ReadEntry(WireMember member, ReadOnlySpan<byte> bytes, ref int elements)
    {
        var key = "";
        object? value = null;
        var reader = new ProtobufReader(bytes);
        while (!reader.End)
        {
            switch (reader.Tag())
            {
                case (1, Delimited):
                    key = reader.Text();
                    break;
                case (2, Delimited) when member.Kind == WireKind.TextMap:
                    value = reader.Text();
                    break;
                case (2, Delimited):
                    value = Read(member.Message!, reader.Bytes(), ref elements);
                    break;
                case var (number, wireType):
                    reader.Skip(number, wireType);
                    break;
            }
        }

        return (key, value ?? (member.Kind == WireKind.TextMap ? "" : member.Message!.Create()));
    }

    private static string Text(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes)
            ? System.Text.Encoding.UTF8.GetString(bytes)
            : throw new WireFormatException("A text in the body is not UTF-8.");

    private static DateTimeOffset ReadTimestamp(ReadOnlySpan<byte> bytes)
    {
        long seconds = 0;
        long nanoseconds = 0;
        var reader = new ProtobufReader(bytes);
        while (!reader.End)
        {
            switch (reader.Tag())
            {
                case (1, Varint):
                    seconds = (long)reader.Varint();
                    break;
                case (2, Varint):
                    nanoseconds = (int)reader.Varint();
                    break;
                case var (number, wireType):
                    reader.Skip(number, wireType);
                    break;
            }
        }

        // The range of google.protobuf.Timestamp, which is also that of DateTimeOffset.
        return seconds is >= -62135596800 and <= 253402300799 && nanoseconds is >= 0 and < 1_000_000_000
            ? DateTimeOffset.UnixEpoch.AddTicks((seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100))
            : throw new WireFormatException("A time in the body is out of range.");
    }

    private static void Set<T>(WireMember member, object message, T value) => Unsafe.As<WireMember<T>>(member).Set(message, value);
}
