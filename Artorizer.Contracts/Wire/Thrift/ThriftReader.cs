using System.Buffers.Binary;

namespace Artorizer.Contracts.Wire;

/// <summary>Reads the parts of the Thrift compact or binary protocol. Every length and count is checked against what is left.</summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> input, bool compact)
{
    private readonly bool _compact = compact;
    private ReadOnlySpan<byte> _rest = input;
    private bool? _flag;

    /// <summary>Whether nothing is left.</summary>
    public readonly bool End => _rest.IsEmpty;

    /// <summary>Reads the head of a field.</summary>
    /// <param name="last">Number of the field before it in the struct; becomes the number of this one.</param>
    /// <returns>Its type; <see cref="ThriftType.Stop"/> at the end of the struct.</returns>
    public ThriftType Field(ref int last)
    {
        var head = Byte();
        if (head == 0)
        {
            return ThriftType.Stop;
        }

        if (!_compact)
        {
            last = BinaryPrimitives.ReadInt16BigEndian(Take(2));
            return ThriftCodes.FromBinary(head);
        }

        last = head >> 4 is var delta and > 0 ? last + delta : (short)ZigZag(Varint());
        var code = head & 0x0f;
        _flag = code is 1 or 2 ? code == 1 : null;
        return ThriftCodes.FromCompact(code);
    }

    /// <summary>Reads a bool; directly behind its field head the compact protocol has it there.</summary>
    public bool Flag()
    {
        if (_flag is not { } flag)
        {
            return Byte() == 1;
        }

        _flag = null;
        return flag;
    }

    public int I32() => _compact ? (int)ZigZag(Varint()) : BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long I64() => _compact ? ZigZag(Varint()) : BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public double Double() => _compact ? BinaryPrimitives.ReadDoubleLittleEndian(Take(8)) : BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    public ReadOnlySpan<byte> Binary() => Take(Count());

    public string Text() => WireText.Decode(Binary());

    /// <summary>Reads the head of a list or set.</summary>
    public (ThriftType Element, int Count) List()
    {
        var head = Byte();
        if (!_compact)
        {
            return (ThriftCodes.FromBinary(head), Count());
        }

        var count = head >> 4;
        return (ThriftCodes.FromCompact(head & 0x0f), count == 15 ? Count() : Within(count));
    }

    /// <summary>Reads the head of a map.</summary>
    public (ThriftType Key, ThriftType Value, int Count) Map()
    {
        if (!_compact)
        {
            var types = Take(2);
            return (ThriftCodes.FromBinary(types[0]), ThriftCodes.FromBinary(types[1]), Count());
        }

        var count = Count();
        if (count == 0)
        {
            return (ThriftType.Binary, ThriftType.Binary, 0);
        }

        var codes = Byte();
        return (ThriftCodes.FromCompact(codes >> 4), ThriftCodes.FromCompact(codes & 0x0f), count);
    }

    /// <summary>Passes over a value.</summary>
    public void Skip(ThriftType type, int depth = 0)
    {
        if (depth > WireLimits.MessageDepth)
        {
            throw new WireFormatException($"The body nests deeper than {WireLimits.MessageDepth} levels.");
        }

        switch (type)
        {
            case ThriftType.Bool:
                Flag();
                break;
            case ThriftType.Byte:
                Byte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64 when _compact:
                Varint();
                break;
            case ThriftType.I16:
                Take(2);
                break;
            case ThriftType.I32:
                Take(4);
                break;
            case ThriftType.I64 or ThriftType.Double:
                Take(8);
                break;
            case ThriftType.Uuid:
                Take(16);
                break;
            case ThriftType.Binary:
                Binary();
                break;
            case ThriftType.Struct:
                var last = 0;
                for (var field = Field(ref last); field != ThriftType.Stop; field = Field(ref last))
                {
                    Skip(field, depth + 1);
                }

                break;
            case ThriftType.Map:
                var (key, value, entries) = Map();
                for (; entries > 0; entries--)
                {
                    Skip(key, depth + 1);
                    Skip(value, depth + 1);
                }

                break;
            default:
                var (element, count) = List();
                for (; count > 0; count--)
                {
                    Skip(element, depth + 1);
                }

                break;
        }
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static WireFormatException Truncated() => new("The body ends in the middle of a Thrift value.");

    // Every element of a list, entry of a map and byte of a text takes at least one byte, so a larger count is a lie.
    private int Count() => Within(_compact ? (long)Math.Min(Varint(), int.MaxValue) : I32());

    private readonly int Within(long count) => count >= 0 && count <= _rest.Length ? (int)count : throw Truncated();

    private byte Byte() => Take(1)[0];

    private ulong Varint()
    {
        var length = WireVarint.Read(_rest, out var value);
        if (length <= 0)
        {
            throw length == 0 ? Truncated() : ThriftCodes.Malformed();
        }

        _rest = _rest[length..];
        return value;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw Truncated();
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
