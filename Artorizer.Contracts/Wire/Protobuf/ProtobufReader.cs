using System.Buffers.Binary;

namespace Artorizer.Contracts.Wire;

/// <summary>Reads the parts of the Protobuf encoding. Every length is checked against what is left.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    /// <summary>Whether nothing is left.</summary>
    public readonly bool End => _rest.IsEmpty;

    /// <summary>Whether the next value has the length 0.</summary>
    public readonly bool NextIsEmpty => _rest is [0, ..];

    /// <summary>Reads a tag.</summary>
    public (int Number, int WireType) Tag()
    {
        var tag = Varint();
        return tag is >= 8 and <= uint.MaxValue
            ? ((int)(tag >> 3), (int)(tag & 7))
            : throw new WireFormatException("The body is not valid Protobuf: a field number is out of range.");
    }

    /// <summary>Reads a number of up to ten bytes.</summary>
    public ulong Varint()
    {
        var rest = _rest;
        if (rest.Length > 0 && rest[0] < 0x80)
        {
            _rest = rest[1..];
            return rest[0];
        }

        var length = WireVarint.Read(rest, out var value);
        if (length <= 0)
        {
            throw length == 0 ? Truncated() : new WireFormatException("The body is not valid Protobuf: a number is longer than ten bytes.");
        }

        _rest = rest[length..];
        return value;
    }

    /// <summary>Reads eight bytes as a number.</summary>
    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    /// <summary>Reads a length and as many bytes.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var length = Varint();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw Truncated();
    }

    /// <summary>Reads a length and as many bytes of UTF-8.</summary>
    public string Text() => WireText.Decode(Bytes());

    /// <summary>Passes over a value.</summary>
    public void Skip(int number, int wireType, int depth = 0)
    {
        switch (wireType)
        {
            case 0:
                Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Bytes();
                break;
            case 3 when depth < WireLimits.MessageDepth:
                // A group, which ends with a tag of its own.
                for (var (inner, type) = Tag(); (inner, type) != (number, 4); (inner, type) = Tag())
                {
                    Skip(inner, type, depth + 1);
                }

                break;
            case 5:
                Take(4);
                break;
            default:
                throw new WireFormatException("The body is not valid Protobuf.");
        }
    }

    private static WireFormatException Truncated() => new("The body ends in the middle of a Protobuf field.");

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
