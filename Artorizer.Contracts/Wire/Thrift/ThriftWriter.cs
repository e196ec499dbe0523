using System.Buffers.Binary;
using System.Text;

namespace Artorizer.Contracts.Wire;

/// <summary>Writes the parts of the Thrift compact or binary protocol.</summary>
/// <remarks>https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md and thrift-binary-protocol.md.</remarks>
internal ref struct ThriftWriter(bool compact)
{
    /// <summary>What has been written.</summary>
    public WireBuffer Buffer = new(1024);

    private const byte CompactTrue = 1;
    private const byte CompactFalse = 2;

    private readonly bool _compact = compact;

    /// <summary>Starts a field.</summary>
    /// <param name="type">Of its value.</param>
    /// <param name="number">Its number.</param>
    /// <param name="last">Number of the field before it in the struct; becomes <paramref name="number"/>.</param>
    public void Field(ThriftType type, int number, ref int last)
    {
        if (_compact)
        {
            CompactField(CompactCode(type), number, ref last);
            return;
        }

        var room = Buffer.Reserve(3);
        room[0] = (byte)type;
        BinaryPrimitives.WriteInt16BigEndian(room[1..], (short)number);
        Buffer.Advance(3);
    }

    /// <summary>Writes a field of type bool; the compact protocol has the value in the field's type.</summary>
    public void FlagField(bool value, int number, ref int last)
    {
        if (_compact)
        {
            CompactField(value ? CompactTrue : CompactFalse, number, ref last);
            return;
        }

        Field(ThriftType.Bool, number, ref last);
        Buffer.Add(value ? (byte)1 : (byte)0);
    }

    /// <summary>Ends a struct.</summary>
    public void Stop() => Buffer.Add(0);

    public void I32(int value)
    {
        if (_compact)
        {
            Varint((uint)((value << 1) ^ (value >> 31)));
            return;
        }

        BinaryPrimitives.WriteInt32BigEndian(Buffer.Reserve(4), value);
        Buffer.Advance(4);
    }

    public void I64(long value)
    {
        if (_compact)
        {
            Varint((ulong)((value << 1) ^ (value >> 63)));
            return;
        }

        BinaryPrimitives.WriteInt64BigEndian(Buffer.Reserve(8), value);
        Buffer.Advance(8);
    }

    public void Double(double value)
    {
        var room = Buffer.Reserve(8);
        if (_compact)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(room, value);
        }
        else
        {
            BinaryPrimitives.WriteDoubleBigEndian(room, value);
        }

        Buffer.Advance(8);
    }

    /// <summary>Writes the length that goes before bytes or text.</summary>
    public void Length(int length)
    {
        if (_compact)
        {
            Varint((uint)length);
        }
        else
        {
            I32(length);
        }
    }

    public void Binary(ReadOnlySpan<byte> value)
    {
        Length(value.Length);
        Buffer.Add(value);
    }

    public void Text(string value)
    {
        // A character takes at most 3 bytes, so up to 42 of them have a compact length of one byte.
        if (_compact && value.Length <= 42)
        {
            var room = Buffer.Reserve(127);
            var written = Encoding.UTF8.GetBytes(value, room[1..]);
            room[0] = (byte)written;
            Buffer.Advance(written + 1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Length(length);
        Encoding.UTF8.GetBytes(value, Buffer.Reserve(length));
        Buffer.Advance(length);
    }

    public void List(ThriftType element, int count)
    {
        if (!_compact)
        {
            Buffer.Add((byte)element);
            I32(count);
        }
        else if (count < 15)
        {
            Buffer.Add((byte)((count << 4) | CompactCode(element)));
        }
        else
        {
            Buffer.Add((byte)(0xf0 | CompactCode(element)));
            Varint((uint)count);
        }
    }

    /// <summary>Writes the head of a map whose keys are text.</summary>
    public void Map(ThriftType value, int count)
    {
        if (!_compact)
        {
            Buffer.Add((byte)ThriftType.Binary);
            Buffer.Add((byte)value);
            I32(count);
            return;
        }

        Varint((uint)count);
        if (count > 0)
        {
            Buffer.Add((byte)((CompactCode(ThriftType.Binary) << 4) | CompactCode(value)));
        }
    }

    public readonly void Dispose() => Buffer.Dispose();

    private static byte CompactCode(ThriftType type) => type switch
    {
        ThriftType.I32 => 5,
        ThriftType.I64 => 6,
        ThriftType.Double => 7,
        ThriftType.Binary => 8,
        ThriftType.List => 9,
        ThriftType.Map => 11,
        _ => 12,
    };

    private void CompactField(byte code, int number, ref int last)
    {
        var delta = number - last;
        last = number;
        if (delta is > 0 and <= 15)
        {
            Buffer.Add((byte)((delta << 4) | code));
        }
        else
        {
            Buffer.Add(code);
            Varint((uint)(number << 1));
        }
    }

    private void Varint(ulong value)
    {
        var room = Buffer.Reserve(10);
        var i = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[i++] = (byte)(value | 0x80);
        }

        room[i] = (byte)value;
        Buffer.Advance(i + 1);
    }
}
