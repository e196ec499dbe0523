using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire;

/// <summary>Reads messages in the Protobuf encoding. Unknown fields are passed over, as are those of another wire type.</summary>
/// <remarks>
/// The elements of a list may lie anywhere among the other fields, and a payload apart from its format. The first one met has
/// the rest of the message searched for the others, so that they are stored at once and in an array of the right size.
/// </remarks>
internal ref struct ProtobufDecoder : IWireDecoder
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;

    // By WireKind.
    private static ReadOnlySpan<byte> WireTypes =>
    [
        Varint, Varint, Varint, Fixed64,
        Delimited, Delimited, Delimited, Delimited, Delimited, Delimited, Delimited, Delimited, Delimited, Delimited,
    ];

    // What is left of the message in hand, the field in hand, and those of its fields that are complete, one bit each.
    private ProtobufReader _reader;
    private int _number;
    private ulong _complete;

    private int _elements;

    /// <summary>Reads a message.</summary>
    public static object Read(WireMessage table, ReadOnlySpan<byte> input)
    {
        var decoder = new ProtobufDecoder { _elements = WireLimits.Elements };
        var message = table.Create();
        decoder.ReadInto(message, table, input);
        return message;
    }

    public bool Flag(WireMember member) => _reader.Varint() != 0;

    public long Int32(WireMember member) => (int)_reader.Varint();

    public long Int64(WireMember member) => (long)_reader.Varint();

    public double Double(WireMember member) => _reader.Double();

    public string Text(WireMember member) => member.IsWord ? WireWords.Get(_reader.Bytes()) : _reader.Text();

    public byte[] Bytes(WireMember member) => _reader.Bytes().ToArray();

    public DateTimeOffset Time(WireMember member)
    {
        long seconds = 0;
        long nanoseconds = 0;
        var reader = new ProtobufReader(_reader.Bytes());
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
            ? new DateTimeOffset(DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100), TimeSpan.Zero)
            : throw new WireFormatException("A time in the body is out of range.");
    }

    public DateTimeOffset TimeText(WireMember member) => IsoTime.Parse(_reader.Bytes());

    public Payload? Payload(WireMember member)
    {
        ReadOnlySpan<byte> bytes = [];
        var format = 0;
        var next = _reader;
        next.Skip(_number, WireTypeOf(member, _number));
        do
        {
            if (_number == member.FormatNumber)
            {
                format = (int)_reader.Varint();
            }
            else
            {
                bytes = _reader.Bytes();
            }
        }
        while (Seek(member));

        _reader = next;
        return PayloadFormats.Read(bytes.ToArray(), format);
    }

    public object Message(WireMember member, object? present)
    {
        // A message that comes twice is merged, as the encoding has it.
        var message = present ?? member.Message!.Create();
        ReadInto(message, member.Message!, _reader.Bytes());
        return message;
    }

    public T[] Messages<T>(WireMember member)
        where T : class
    {
        var messages = new T[CountElements(member, out var next)];
        var i = 0;
        do
        {
            messages[i++] = (T)Message(member, present: null);
        }
        while (Seek(member));

        _reader = next;
        return messages;
    }

    public string[] Texts(WireMember member)
    {
        var texts = new string[CountElements(member, out var next)];
        var i = 0;
        do
        {
            texts[i++] = _reader.Text();
        }
        while (Seek(member));

        _reader = next;
        return texts;
    }

    public Dictionary<string, string> TextMap(WireMember member)
    {
        var texts = new Dictionary<string, string>(CountElements(member, out var next));
        do
        {
            var key = Entry(out var value);
            texts[key] = WireText.Decode(value);
        }
        while (Seek(member));

        _reader = next;
        return texts;
    }

    public Dictionary<string, T> MessageMap<T>(WireMember member)
        where T : class
    {
        var messages = new Dictionary<string, T>(CountElements(member, out var next));
        do
        {
            var message = member.Message!.Create();
            var key = Entry(out var value);
            ReadInto(message, member.Message, value);
            messages[key] = (T)message;
        }
        while (Seek(member));

        _reader = next;
        return messages;
    }

    private static int WireTypeOf(WireMember member, int number) => number == member.FormatNumber ? Varint : WireTypes[(int)member.Kind];

    private void ReadInto(object message, WireMessage table, ReadOnlySpan<byte> input)
    {
        var outer = _reader;
        var outerComplete = _complete;
        _reader = new ProtobufReader(input);
        _complete = 0;
        var decode = DecoderCompiler<ProtobufDecoder>.Of(table);
        while (!_reader.End)
        {
            (_number, var wireType) = _reader.Tag();
            var index = table.IndexOf(_number);
            if (index < 0 || wireType != WireTypeOf(table.Members[index], _number) || (_complete & (1ul << index)) != 0)
            {
                _reader.Skip(_number, wireType);
                continue;
            }

            switch (table.Members[index].Kind)
            {
                case WireKind.Payload or WireKind.Messages or WireKind.Texts or WireKind.TextMap or WireKind.MessageMap:
                    _complete |= 1ul << index;
                    break;
                case WireKind.TimeText when _reader.NextIsEmpty:
                    _reader.Bytes();
                    continue;
            }

            decode(message, index, ref this);
        }

        _reader = outer;
        _complete = outerComplete;
    }

    /// <summary>Moves on to the next value that belongs to a field.</summary>
    /// <returns>Whether there is one in the message in hand.</returns>
    private bool Seek(WireMember member)
    {
        while (!_reader.End)
        {
            (_number, var wireType) = _reader.Tag();
            if ((_number == member.Number || _number == member.FormatNumber) && wireType == WireTypeOf(member, _number))
            {
                return true;
            }

            _reader.Skip(_number, wireType);
        }

        return false;
    }

    /// <summary>Counts the elements of a field from the one in hand on.</summary>
    /// <param name="member">The field.</param>
    /// <param name="next">Behind the one in hand, where reading goes on when all are read.</param>
    private int CountElements(WireMember member, out ProtobufReader next)
    {
        var first = _reader;
        _reader.Bytes();
        next = _reader;
        var count = 1;
        for (; Seek(member); count++)
        {
            _reader.Bytes();
        }

        _reader = first;
        return WireLimits.Take(count, ref _elements);
    }

    /// <summary>Reads an entry of a map: key = 1, value = 2.</summary>
    private string Entry(out ReadOnlySpan<byte> value)
    {
        var key = "";
        value = [];
        var reader = new ProtobufReader(_reader.Bytes());
        while (!reader.End)
        {
            switch (reader.Tag())
            {
                case (1, Delimited):
                    key = reader.Text();
                    break;
                case (2, Delimited):
                    value = reader.Bytes();
                    break;
                case var (number, wireType):
                    reader.Skip(number, wireType);
                    break;
            }
        }

        return key;
    }
}
