using System.Buffers.Binary;

namespace Artorizer.Contracts.Wire.CapnProto;

/// <summary>
/// Follows pointers through a Cap'n Proto message. Every target is checked to lie inside its segment, and all that is visited
/// together to be no more than the message holds, so that pointers to the same place cannot multiply the work.
/// </summary>
internal ref struct CapnProtoReader
{
    private const int Word = 8;
    private const int MaxSegments = 512;

    private readonly ReadOnlySpan<byte> _input;
    private readonly (int Start, int Words)[] _segments;
    private long _budget;

    /// <summary>Reads the segment table.</summary>
    public CapnProtoReader(ReadOnlySpan<byte> input)
    {
        _input = input;
        _budget = (input.Length / Word) + 1;
        if (input.Length < Word)
        {
            throw Truncated();
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(input) + 1L;
        var start = ((count / 2) + 1) * Word;
        if (count > MaxSegments || start > input.Length)
        {
            throw new WireFormatException("The body is not a Cap'n Proto message: its segment table is wrong.");
        }

        _segments = new (int, int)[count];
        for (var i = 0; i < count; i++)
        {
            var words = BinaryPrimitives.ReadUInt32LittleEndian(input[(4 + (4 * i))..]);
            if (words > (input.Length - start) / Word)
            {
                throw Truncated();
            }

            _segments[i] = ((int)start, (int)words);
            start += words * Word;
        }

        if (start != input.Length)
        {
            throw new WireFormatException("The body goes on after the end of the message.");
        }
    }

    /// <summary>A struct: where its sections lie.</summary>
    public readonly record struct Struct(int Segment, int Data, int DataWords, int Pointers, int PointerWords);

    /// <summary>A list: its elements and their size.</summary>
    public readonly record struct List(int Segment, int Start, int Size, int Count, int DataWords, int PointerWords);

    /// <summary>The pointer to the root.</summary>
    public readonly (int Segment, int Offset) Root => _segments[0].Words > 0 ? (0, 0) : throw Truncated();

    /// <summary>The bits of a number: 0 where the struct is too short, being of an older schema.</summary>
    public readonly ulong Bits(in Struct from, int slot, int size)
    {
        if (slot + size > from.DataWords * 64)
        {
            return 0;
        }

        var bytes = Words(from.Segment, from.Data, from.DataWords);
        return size switch
        {
            1 => (ulong)(bytes[slot / 8] >> (slot % 8)) & 1,
            16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[(slot / 8)..]),
            32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(slot / 8)..]),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(slot / 8)..]),
        };
    }

    /// <summary>Place of a pointer of a struct; <see langword="null"/> where there is none, or it points nowhere.</summary>
    public readonly (int Segment, int Offset)? Pointer(in Struct from, int slot)
    {
        if (slot >= from.PointerWords || BinaryPrimitives.ReadUInt64LittleEndian(Words(from.Segment, from.Pointers + slot, 1)) == 0)
        {
            return null;
        }

        return (from.Segment, from.Pointers + slot);
    }

    /// <summary>Follows a pointer to a struct.</summary>
    public Struct ReadStruct((int Segment, int Offset) pointer)
    {
        var (segment, offset, bits) = Resolve(pointer);
        if ((bits & 3) != 0)
        {
            throw new WireFormatException("The body is not a valid message: a pointer leads to something else than a struct.");
        }

        var dataWords = (int)((bits >> 32) & 0xffff);
        var pointerWords = (int)(bits >> 48);
        Visit(segment, offset, dataWords + pointerWords);
        return new Struct(segment, offset, dataWords, offset + dataWords, pointerWords);
    }

    /// <summary>Follows a pointer to bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes((int Segment, int Offset) pointer)
    {
        var list = ReadList(pointer, 2);
        return Words(list.Segment, list.Start, (list.Count + Word - 1) / Word)[..list.Count];
    }

    /// <summary>Follows a pointer to text, which ends with NUL.</summary>
    public string ReadText((int Segment, int Offset) pointer, bool isWord) => ReadBytes(pointer) is [.. var text, 0]
        ? isWord ? Schema.WireWords.Get(text) : WireText.Decode(text)
        : throw new WireFormatException("A text in the body does not end with NUL.");

    /// <summary>Follows a pointer to a list whose elements have a certain size code: 2 bytes, 6 pointers, 7 structs.</summary>
    public List ReadList((int Segment, int Offset) pointer, int elementSize)
    {
        var (segment, offset, bits) = Resolve(pointer);
        var size = (int)((bits >> 32) & 7);
        if ((bits & 3) != 1 || size != elementSize)
        {
            throw new WireFormatException("The body is not a valid message: a pointer leads to another kind of list.");
        }

        var count = (int)(bits >> 35);
        if (size != 7)
        {
            Visit(segment, offset, size == 2 ? (count + Word - 1) / Word : count);
            return new List(segment, offset, 1, count, 0, 1);
        }

        // A tag word in the form of a struct pointer, then the structs.
        Visit(segment, offset, (long)count + 1);
        var tag = BinaryPrimitives.ReadUInt64LittleEndian(Words(segment, offset, 1));
        var elements = (long)((uint)tag >> 2);
        var dataWords = (int)((tag >> 32) & 0xffff);
        var pointerWords = (int)(tag >> 48);
        if ((tag & 3) != 0 || elements * (dataWords + pointerWords) > count || elements > WireLimits.Elements)
        {
            throw new WireFormatException("The body is not a valid message: a list of structs is larger than its place.");
        }

        return new List(segment, offset + 1, dataWords + pointerWords, (int)elements, dataWords, pointerWords);
    }

    /// <summary>An element of a list of structs.</summary>
    public static Struct Element(in List list, int index)
    {
        var start = list.Start + (index * list.Size);
        return new Struct(list.Segment, start, list.DataWords, start + list.DataWords, list.PointerWords);
    }

    private static WireFormatException Truncated() => new("The body ends in the middle of a Cap'n Proto message.");

    private static WireFormatException Outside() => new("The body is not a valid message: a pointer leads out of it.");

    private readonly ReadOnlySpan<byte> Words(int segment, long offset, long count)
    {
        var (start, words) = _segments[segment];
        return offset >= 0 && count >= 0 && offset + count <= words
            ? _input.Slice(start + (int)(offset * Word), (int)(count * Word))
            : throw Outside();
    }

    private void Visit(int segment, long offset, long words)
    {
        Words(segment, offset, words);

        // What has no size costs one word, or lists of nothing could be endless.
        _budget -= Math.Max(1, words);
        if (_budget < 0)
        {
            throw new WireFormatException("The body is not a valid message: pointers lead to the same place more than once.");
        }
    }

    /// <summary>Follows far pointers to the place that is meant.</summary>
    /// <returns>Segment and offset of the target, and the pointer that describes it.</returns>
    private readonly (int Segment, int Offset, ulong Bits) Resolve((int Segment, int Offset) pointer)
    {
        var bits = BinaryPrimitives.ReadUInt64LittleEndian(Words(pointer.Segment, pointer.Offset, 1));
        if ((bits & 3) != 2)
        {
            return (pointer.Segment, Target(pointer.Offset, bits), bits);
        }

        var (segment, pad) = FarTarget(bits);
        var landing = BinaryPrimitives.ReadUInt64LittleEndian(Words(segment, pad, 1));
        if ((bits & 4) == 0)
        {
            return (landing & 3) == 2 ? throw Outside() : (segment, Target(pad, landing), landing);
        }

        // Double far: the landing pad is a far pointer to the content and a tag that describes it.
        if ((landing & 7) != 2)
        {
            throw Outside();
        }

        var (contentSegment, content) = FarTarget(landing);
        return (contentSegment, content, BinaryPrimitives.ReadUInt64LittleEndian(Words(segment, pad + 1, 1)));
    }

    private readonly (int Segment, int Offset) FarTarget(ulong bits)
    {
        var segment = (uint)(bits >> 32);
        return segment < _segments.Length ? ((int)segment, (int)((uint)bits >> 3)) : throw Outside();
    }

    private static int Target(int offset, ulong bits) => offset + 1 + ((int)(uint)bits >> 2);
}
