using System.Buffers;
using System.Runtime.CompilerServices;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;
using MessagePack;

namespace Artorizer.Contracts.Wire;

/// <summary>Reads a message from a map, by its table. Unknown keys are passed over; nil stands for absent.</summary>
internal static class MessagePackDecoder
{
    public static object Read(WireMessage table, ref MessagePackReader input, ref int elements)
    {
        // Depth needs no check here: the tables nest a fixed number of levels, and payloads are checked on their own.
        var message = table.Create();
        var missing = (1u << table.Members.Length) - 1;
        var guess = 0;
        for (var count = input.ReadMapHeader(); count > 0; count--)
        {
            var index = table.IndexOf(Key(ref input), guess);
            if (index < 0)
            {
                input.Skip();
                continue;
            }

            guess = index + 1;
            missing &= ~(1u << index);
            ReadMember(table.Members[index], message, ref input, ref elements);
        }

        while (missing != 0)
        {
            var index = System.Numerics.BitOperations.TrailingZeroCount(missing);
            missing &= missing - 1;
            if (table.Members[index] is { Kind: WireKind.Text, Optional: false } member)
            {
                throw new WireFormatException($"{member.Name} is missing.");
            }
        }

        return message;
    }

    /// <summary>Takes a count out of what the whole message may hold.</summary>
    public static int Count(int count, ref int elements) =>
        (elements -= count) >= 0 ? count : throw new WireFormatException($"The body holds more than {WireLimits.Elements} elements.");

    private static ReadOnlySpan<byte> Key(ref MessagePackReader input)
    {
        if (input.TryReadStringSpan(out var key))
        {
            return key;
        }

        return input.ReadStringSequence() is { } split
            ? split.ToArray()
            : throw new WireFormatException("A key in the body is nil; text is expected.");
    }

    private static void ReadMember(WireMember member, object message, ref MessagePackReader input, ref int elements)
    {
        if (member.Kind == WireKind.Payload)
        {
            Set(member, message, ReadPayload(ref input));
            return;
        }

        if (input.TryReadNil())
        {
            return;
        }

        try
        {
            ReadValue(member, message, ref input, ref elements);
        }
        catch (Exception e) when (e is MessagePackSerializationException or OverflowException)
        {
            throw new WireFormatException($"{member.Name} is not {Expected(member.Kind)}.", e);
        }
    }

    private static void ReadValue(WireMember member, object message, ref MessagePackReader input, ref int elements)
    {
        switch (member.Kind)
        {
            case WireKind.Flag:
                Set<bool?>(member, message, input.ReadBoolean());
                break;
            case WireKind.Int32:
                Set<long?>(member, message, input.ReadInt32());
                break;
            case WireKind.Int64:
                Set<long?>(member, message, input.ReadInt64());
                break;
            case WireKind.Double:
                Set<double?>(member, message, input.ReadDouble());
                break;
            case WireKind.Time or WireKind.TimeText when input.NextMessagePackType == MessagePackType.Extension:
                Set<DateTimeOffset?>(member, message, new DateTimeOffset(input.ReadDateTime()));
                break;
            case WireKind.Time or WireKind.TimeText:
                Set<DateTimeOffset?>(member, message, IsoTime.Parse(Key(ref input)));
                break;
            case WireKind.Text:
                Set(member, message, input.ReadString()!);
                break;
            case WireKind.Message:
                Set(member, message, Read(member.Message!, ref input, ref elements));
                break;
            case WireKind.Messages:
                var messages = new object[Count(input.ReadArrayHeader(), ref elements)];
                for (var i = 0; i < messages.Length; i++)
                {
                    messages[i] = Read(member.Message!, ref input, ref elements);
                }

                Set<object[]>(member, message, messages);
                break;
            case WireKind.Texts:
                var texts = new string[Count(input.ReadArrayHeader(), ref elements)];
                for (var i = 0; i < texts.Length; i++)
                {
                    texts[i] = Text(ref input);
                }

                Set<string[]>(member, message, texts);
                break;
            case WireKind.TextMap:
                var textMap = new Dictionary<string, string>();
                for (var count = Count(input.ReadMapHeader(), ref elements); count > 0; count--)
                {
                    textMap[Text(ref input)] = Text(ref input);
                }

                Set(member, message, textMap);
                break;
            case WireKind.MessageMap:
                var entries = new KeyValuePair<string, object>[Count(input.ReadMapHeader(), ref elements)];
                for (var i = 0; i < entries.Length; i++)
                {
                    entries[i] = new(Text(ref input), Read(member.Message!, ref input, ref elements));
                }

                Set(member, message, entries);
                break;
            default:
                throw new InvalidOperationException($"No message reads {member.Kind}.");
        }
    }

    private static Payload ReadPayload(ref MessagePackReader input)
    {
        var start = input.Position;
        PayloadFormats.SkipMessagePack(ref input);
        return new Payload(Payload.MessagePack, input.Sequence.Slice(start, input.Position).ToArray());
    }

    private static string Text(ref MessagePackReader input) => input.ReadString() ?? throw new WireFormatException("A text in the body is nil.");

    private static void Set<T>(WireMember member, object message, T value) => Unsafe.As<WireMember<T>>(member).Set(message, value);

    private static string Expected(WireKind kind) => kind switch
    {
        WireKind.Flag => "true or false",
        WireKind.Int32 or WireKind.Int64 => "an integer in range",
        WireKind.Double => "a number",
        WireKind.Time or WireKind.TimeText => "a time",
        WireKind.Text => "text",
        WireKind.Message => "a map with the right fields",
        WireKind.TextMap or WireKind.MessageMap => "a map",
        _ => "an array",
    };
}
