using System.Buffers;
using System.Numerics;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;
using MessagePack;

namespace Artorizer.Contracts.Wire;

/// <summary>Reads messages from maps. Unknown keys are passed over; nil stands for absent.</summary>
/// <remarks>Depth needs no check here: the tables nest a fixed number of levels, and payloads are checked on their own.</remarks>
internal ref struct MessagePackDecoder : IWireDecoder
{
    private MessagePackReader _reader;
    private int _elements;

    /// <summary>Reads a message; nothing may follow.</summary>
    public static object Read(WireMessage table, in ReadOnlySequence<byte> input)
    {
        var decoder = new MessagePackDecoder { _reader = new MessagePackReader(input), _elements = WireLimits.Elements };
        return decoder.Ended(decoder.Map(table));
    }

    /// <summary>Reads an array of messages; nothing may follow.</summary>
    public static T[] ReadAll<T>(WireMessage table, in ReadOnlySequence<byte> input)
        where T : class
    {
        var decoder = new MessagePackDecoder { _reader = new MessagePackReader(input), _elements = WireLimits.Elements };
        return decoder.Ended(decoder.Array<T>(table));
    }

    public bool Flag(WireMember member) => _reader.ReadBoolean();

    public long Int32(WireMember member) => _reader.ReadInt32();

    public long Int64(WireMember member) => _reader.ReadInt64();

    public double Double(WireMember member) => _reader.ReadDouble();

    public string Text(WireMember member) =>
        member.IsWord && _reader.TryReadStringSpan(out var word) ? WireWords.Get(word) : _reader.ReadString()!;

    public byte[] Bytes(WireMember member) => _reader.ReadBytes()!.Value.ToArray();

    public DateTimeOffset Time(WireMember member) =>
        _reader.NextMessagePackType == MessagePackType.Extension ? new DateTimeOffset(_reader.ReadDateTime()) : IsoTime.Parse(Key());

    public DateTimeOffset TimeText(WireMember member) => Time(member);

    public Payload? Payload(WireMember member)
    {
        var start = _reader.Position;
        PayloadFormats.SkipMessagePack(ref _reader);
        return new Payload(Jobs.Payload.MessagePack, _reader.Sequence.Slice(start, _reader.Position).ToArray());
    }

    public object Message(WireMember member, object? present) => Map(member.Message!);

    public T[] Messages<T>(WireMember member)
        where T : class => Array<T>(member.Message!);

    public string[] Texts(WireMember member)
    {
        var texts = new string[WireLimits.Take(_reader.ReadArrayHeader(), ref _elements)];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Text();
        }

        return texts;
    }

    public Dictionary<string, string> TextMap(WireMember member)
    {
        var count = WireLimits.Take(_reader.ReadMapHeader(), ref _elements);
        var texts = new Dictionary<string, string>(count);
        for (; count > 0; count--)
        {
            var key = Text();
            texts[key] = Text();
        }

        return texts;
    }

    public Dictionary<string, T> MessageMap<T>(WireMember member)
        where T : class
    {
        var count = WireLimits.Take(_reader.ReadMapHeader(), ref _elements);
        var messages = new Dictionary<string, T>(count);
        for (; count > 0; count--)
        {
            var key = Text();
            messages[key] = (T)Map(member.Message!);
        }

        return messages;
    }

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

    private readonly T Ended<T>(T value) => _reader.End ? value : throw new WireFormatException("The body goes on after the end of the value.");

    private object Map(WireMessage table)
    {
        var decode = DecoderCompiler<MessagePackDecoder>.Of(table);
        var message = table.Create();
        var missing = table.RequiredTexts;
        var index = -1;
        var seen = 0ul;
        for (var count = _reader.ReadMapHeader(); count > 0; count--)
        {
            var found = table.IndexOf(Key(), index + 1);
            if (found < 0)
            {
                // The package's own Skip takes a length of 2³¹ or more for none and goes on with what is not the next key.
                PayloadFormats.SkipMessagePack(ref _reader);
                continue;
            }

            index = found;
            missing &= ~(1u << index);
            var member = table.Members[index];
            if ((seen & (1ul << index)) != 0)
            {
                throw new WireFormatException($"{member.Name}: given more than once") { Field = member.Name };
            }

            seen |= 1ul << index;
            if (member.Kind != WireKind.Payload && _reader.TryReadNil())
            {
                continue;
            }

            try
            {
                decode(message, index, ref this);
            }
            catch (Exception e) when (
                member.Kind != WireKind.Payload && e is MessagePackSerializationException or OverflowException or ArgumentOutOfRangeException)
            {
                throw new WireFormatException($"{member.Name} is not {Expected(member.Kind)}.", e) { Field = member.Name };
            }
        }

        return missing == 0
            ? message
            : throw new WireFormatException($"{table.Members[BitOperations.TrailingZeroCount(missing)].Name} is missing.");
    }

    private T[] Array<T>(WireMessage table)
        where T : class
    {
        var messages = new T[WireLimits.Take(_reader.ReadArrayHeader(), ref _elements)];
        for (var i = 0; i < messages.Length; i++)
        {
            messages[i] = (T)Map(table);
        }

        return messages;
    }

    private ReadOnlySpan<byte> Key()
    {
        if (_reader.TryReadStringSpan(out var key))
        {
            return key;
        }

        return _reader.ReadStringSequence() is { } split
            ? split.ToArray()
            : throw new WireFormatException("A key in the body is nil; text is expected.");
    }

    private string Text() => _reader.ReadString() ?? throw new WireFormatException("A text in the body is nil.");
}
