using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire;

/// <summary>Writes messages as Thrift structs, compact or binary, in one pass. Fields that are not optional are always written.</summary>
/// <remarks>https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md and thrift-binary-protocol.md.</remarks>
internal ref struct ThriftEncoder(bool compact, IBufferWriter<byte> output) : IWireEncoder, IDisposable
{
    private const byte CompactTrue = 1;
    private const byte CompactFalse = 2;
    private const int MaxField = 4;

    // Bytes from this size on skip the block; Thrift has no lengths around structs to wait for.
    private const int DirectSize = 16 * 1024;

    private readonly bool _compact = compact;
    private readonly IBufferWriter<byte> _output = output;
    private WireBuffer _buffer = new(output);

    // Number of the field before; the compact protocol writes how far the next is from it.
    private int _last;

    /// <inheritdoc/>
    public static bool CountsFields => false;

    /// <summary>Writes a message, bare.</summary>
    public static void Write(WireMessage table, object message, bool compact, IBufferWriter<byte> output)
    {
        var encoder = new ThriftEncoder(compact, output);
        try
        {
            EncoderCompiler<ThriftEncoder>.Of(table)(message, ref encoder);
            encoder._buffer.Flush();
        }
        finally
        {
            encoder.Dispose();
        }
    }

    /// <inheritdoc/>
    public readonly void Dispose() => _buffer.Dispose();

    public readonly void Begin(int fields)
    {
    }

    public void End() => _buffer.Add(0);

    public readonly void Absent(WireMember member)
    {
    }

    public void Flag(WireMember member, bool value)
    {
        var room = _buffer.Reserve(MaxField + 1);
        if (_compact)
        {
            // The value is in the field's type.
            _buffer.Advance(CompactField(value ? CompactTrue : CompactFalse, member.Number, room));
            return;
        }

        var length = Field(ThriftType.Bool, member.Number, room);
        room[length] = value ? (byte)1 : (byte)0;
        _buffer.Advance(length + 1);
    }

    public void Int32(WireMember member, long value) => Int32(member.Number, (int)Math.Clamp(value, int.MinValue, int.MaxValue));

    public void Int64(WireMember member, long value) => Integer(ThriftType.I64, member.Number, value);

    public void Double(WireMember member, double value)
    {
        var room = _buffer.Reserve(MaxField + 8);
        var length = Field(ThriftType.Double, member.Number, room);
        if (_compact)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(room[length..], value);
        }
        else
        {
            BinaryPrimitives.WriteDoubleBigEndian(room[length..], value);
        }

        _buffer.Advance(length + 8);
    }

    public void Text(WireMember member, string value)
    {
        Field(ThriftType.Binary, member.Number);
        Text(value);
    }

    public void Time(WireMember member, DateTimeOffset value) => Int64(member, IsoTime.ToUnixNanoseconds(value));

    public void TimeText(WireMember member, DateTimeOffset value) => Time(member, value);

    public void Payload(WireMember member, Payload value)
    {
        Field(ThriftType.Binary, member.Number);
        Length(value.Bytes.Length);
        if (value.Bytes.Length < DirectSize)
        {
            _buffer.Add(value.Bytes.Span);
        }
        else
        {
            _buffer.Flush();
            _output.Write(value.Bytes.Span);
        }

        Int32(member.FormatNumber, PayloadFormats.NumberOf(value));
    }

    public void Message(WireMember member, object value)
    {
        Field(ThriftType.Struct, member.Number);
        Struct(member.Message!, value);
    }

    public void Messages(WireMember member, object[] value)
    {
        Field(ThriftType.List, member.Number);
        List(ThriftType.Struct, value.Length);
        foreach (var message in value)
        {
            Struct(member.Message!, message);
        }
    }

    public void Texts(WireMember member, string[] value)
    {
        Field(ThriftType.List, member.Number);
        List(ThriftType.Binary, value.Length);
        foreach (var text in value)
        {
            Text(text);
        }
    }

    public void TextMap(WireMember member, Dictionary<string, string> value)
    {
        Field(ThriftType.Map, member.Number);
        Map(ThriftType.Binary, value.Count);
        foreach (var (key, text) in value)
        {
            Text(key);
            Text(text);
        }
    }

    public void MessageMap<T>(WireMember member, Dictionary<string, T> value)
        where T : class
    {
        Field(ThriftType.Map, member.Number);
        Map(ThriftType.Struct, value.Count);
        foreach (var (key, message) in value)
        {
            Text(key);
            Struct(member.Message!, message);
        }
    }

    private void Field(ThriftType type, int number) => _buffer.Advance(Field(type, number, _buffer.Reserve(MaxField)));

    private int Field(ThriftType type, int number, Span<byte> room)
    {
        if (_compact)
        {
            return CompactField(ThriftCodes.Compact(type), number, room);
        }

        BinaryPrimitives.WriteInt16BigEndian(room[1..], (short)number);
        room[0] = (byte)type;
        return 3;
    }

    private int CompactField(byte code, int number, Span<byte> room)
    {
        var delta = number - _last;
        _last = number;
        if (delta is > 0 and <= 15)
        {
            room[0] = (byte)((delta << 4) | code);
            return 1;
        }

        room[0] = code;
        return 1 + WireVarint.WriteExactly((uint)(number << 1), room[1..]);
    }

    private void Int32(int number, int value) => Integer(ThriftType.I32, number, value);

    private void Integer(ThriftType type, int number, long value)
    {
        var room = _buffer.Reserve(MaxField + WireVarint.MaxLength);
        var length = Field(type, number, room);
        if (_compact)
        {
            // Zigzag, which is the same for both widths.
            length += WireVarint.Write((ulong)((value << 1) ^ (value >> 63)), room[length..]);
        }
        else if (type == ThriftType.I32)
        {
            BinaryPrimitives.WriteInt32BigEndian(room[length..], (int)value);
            length += sizeof(int);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(room[length..], value);
            length += sizeof(long);
        }

        _buffer.Advance(length);
    }

    private void Struct(WireMessage table, object message)
    {
        var last = _last;
        _last = 0;
        EncoderCompiler<ThriftEncoder>.Of(table)(message, ref this);
        _last = last;
    }

    private void Text(string value)
    {
        if (value.Length <= WireText.ShortLength)
        {
            var room = _buffer.Reserve(4 + WireText.ShortSize);
            if (_compact)
            {
                _buffer.Advance(WireText.EncodeShort(value, room));
                return;
            }

            var written = Encoding.UTF8.GetBytes(value, room[4..]);
            BinaryPrimitives.WriteInt32BigEndian(room, written);
            _buffer.Advance(4 + written);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Length(length);
        _buffer.Add(value, length);
    }

    /// <summary>Writes the length that goes before bytes, text and the elements of lists.</summary>
    private void Length(int length)
    {
        var room = _buffer.Reserve(WireVarint.MaxLength);
        if (_compact)
        {
            _buffer.Advance(WireVarint.Write((uint)length, room));
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(room, length);
            _buffer.Advance(4);
        }
    }

    private void List(ThriftType element, int count)
    {
        if (_compact && count < 15)
        {
            _buffer.Add((byte)((count << 4) | ThriftCodes.Compact(element)));
            return;
        }

        _buffer.Add(_compact ? (byte)(0xf0 | ThriftCodes.Compact(element)) : (byte)element);
        Length(count);
    }

    /// <summary>Writes the head of a map whose keys are text.</summary>
    private void Map(ThriftType value, int count)
    {
        if (!_compact)
        {
            _buffer.Add((byte)ThriftType.Binary);
            _buffer.Add((byte)value);
            Length(count);
            return;
        }

        Length(count);
        if (count > 0)
        {
            _buffer.Add((byte)((ThriftCodes.Compact(ThriftType.Binary) << 4) | ThriftCodes.Compact(value)));
        }
    }
}
