using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire;

/// <summary>Reads messages from Thrift structs. Unknown fields are passed over, as are those of another type.</summary>
internal ref struct ThriftDecoder : IWireDecoder
{
    private ThriftReader _reader;
    private int _elements;

    // The field in hand, and the payloads of the struct that are complete, one bit each.
    private int _number;
    private ulong _complete;

    // By WireKind.
    private static ReadOnlySpan<byte> Types =>
    [
        (byte)ThriftType.Bool, (byte)ThriftType.I32, (byte)ThriftType.I64, (byte)ThriftType.Double,
        (byte)ThriftType.Binary, (byte)ThriftType.I64, (byte)ThriftType.I64, (byte)ThriftType.Binary,
        (byte)ThriftType.Binary, (byte)ThriftType.Struct, (byte)ThriftType.List, (byte)ThriftType.List,
        (byte)ThriftType.Map, (byte)ThriftType.Map,
    ];

    /// <summary>Reads a message.</summary>
    public static object Read(WireMessage table, ReadOnlySpan<byte> input, bool compact)
    {
        var decoder = new ThriftDecoder { _reader = new ThriftReader(input, compact), _elements = WireLimits.Elements };
        var message = decoder.Struct(table);
        return decoder._reader.End ? message : throw new WireFormatException("The body goes on after the end of the struct.");
    }

    public bool Flag(WireMember member) => _reader.Flag();

    public long Int32(WireMember member) => _reader.I32();

    public long Int64(WireMember member) => _reader.I64();

    public double Double(WireMember member) => _reader.Double();

    public string Text(WireMember member) => member.IsWord ? WireWords.Get(_reader.Binary()) : _reader.Text();

    public byte[] Bytes(WireMember member) => _reader.Binary().ToArray();

    public DateTimeOffset Time(WireMember member) => IsoTime.FromUnixNanoseconds(_reader.I64());

    public DateTimeOffset TimeText(WireMember member) => Time(member);

    /// <remarks>The format may lie apart from the bytes; the rest of the struct is searched for it.</remarks>
    public Payload? Payload(WireMember member)
    {
        ReadOnlySpan<byte> bytes = [];
        var format = 0;
        var ahead = _reader;
        var number = _number;
        _reader.Skip(TypeOf(member, number));
        for (var type = TypeOf(member, number); type != ThriftType.Stop; type = ahead.Field(ref number))
        {
            if (number == member.Number && type == ThriftType.Binary)
            {
                bytes = ahead.Binary();
            }
            else if (number == member.FormatNumber && type == ThriftType.I32)
            {
                format = ahead.I32();
            }
            else
            {
                ahead.Skip(type);
            }
        }

        return PayloadFormats.Read(bytes.ToArray(), format);
    }

    public object Message(WireMember member, object? present) => Struct(member.Message!);

    public T[] Messages<T>(WireMember member)
        where T : class
    {
        var (type, count) = _reader.List();
        Expect(member, type, ThriftType.Struct, count);
        var messages = new T[WireLimits.Take(count, ref _elements)];
        for (var i = 0; i < messages.Length; i++)
        {
            messages[i] = (T)Struct(member.Message!);
        }

        return messages;
    }

    public string[] Texts(WireMember member)
    {
        var (type, count) = _reader.List();
        Expect(member, type, ThriftType.Binary, count);
        var texts = new string[WireLimits.Take(count, ref _elements)];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = _reader.Text();
        }

        return texts;
    }

    public Dictionary<string, string> TextMap(WireMember member)
    {
        var count = Map(member, ThriftType.Binary);
        var texts = new Dictionary<string, string>(count);
        for (; count > 0; count--)
        {
            var key = _reader.Text();
            texts[key] = _reader.Text();
        }

        return texts;
    }

    public Dictionary<string, T> MessageMap<T>(WireMember member)
        where T : class
    {
        var count = Map(member, ThriftType.Struct);
        var messages = new Dictionary<string, T>(count);
        for (; count > 0; count--)
        {
            var key = _reader.Text();
            messages[key] = (T)Struct(member.Message!);
        }

        return messages;
    }

    private static ThriftType TypeOf(WireMember member, int number) =>
        (ThriftType)(number == member.FormatNumber ? (byte)ThriftType.I32 : Types[(int)member.Kind]);

    private static void Expect(WireMember member, ThriftType actual, ThriftType expected, int count)
    {
        if (actual != expected && count > 0)
        {
            throw new WireFormatException($"The elements of {member.Name} are of another type.");
        }
    }

    private object Struct(WireMessage table)
    {
        var outerComplete = _complete;
        _complete = 0;
        var decode = DecoderCompiler<ThriftDecoder>.Of(table);
        var message = table.Create();
        var number = 0;
        for (var type = _reader.Field(ref number); type != ThriftType.Stop; type = _reader.Field(ref number))
        {
            var index = table.IndexOf(number);
            if (index < 0 || type != TypeOf(table.Members[index], number) || (_complete & (1ul << index)) != 0)
            {
                _reader.Skip(type);
                continue;
            }

            if (table.Members[index].Kind == WireKind.Payload)
            {
                _complete |= 1ul << index;
                _number = number;
            }

            decode(message, index, ref this);
        }

        _complete = outerComplete;
        return message;
    }

    /// <summary>Reads the head of a map whose keys are text.</summary>
    private int Map(WireMember member, ThriftType expected)
    {
        var (key, value, count) = _reader.Map();
        Expect(member, key, ThriftType.Binary, count);
        Expect(member, value, expected, count);
        return WireLimits.Take(count, ref _elements);
    }
}
