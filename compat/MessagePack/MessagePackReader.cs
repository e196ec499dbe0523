using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace MessagePack;

/// <summary>
/// Reads MessagePack values one after another. Every length is checked against what is left of the input before
/// anything is allocated for it. Input that ends early throws <see cref="EndOfStreamException"/>, a value of
/// another type <see cref="MessagePackSerializationException"/>, an integer out of range <see cref="OverflowException"/>.
/// </summary>
public ref partial struct MessagePackReader
{
    private SequenceReader<byte> _reader;

    public MessagePackReader(ReadOnlyMemory<byte> memory)
        : this(new ReadOnlySequence<byte>(memory))
    {
    }

    public MessagePackReader(scoped in ReadOnlySequence<byte> readOnlySequence)
    {
        _reader = new SequenceReader<byte>(readOnlySequence);
        Depth = 0;
    }

    public int Depth { get; set; }

    public readonly ReadOnlySequence<byte> Sequence => _reader.Sequence;

    public readonly SequencePosition Position => _reader.Position;

    public readonly long Consumed => _reader.Consumed;

    public readonly bool End => _reader.End;

    public readonly bool IsNil => NextCode == MessagePackCode.Nil;

    public readonly MessagePackType NextMessagePackType => MessagePackCode.ToMessagePackType(NextCode);

    public readonly byte NextCode => _reader.TryPeek(out var code) ? code : throw NotEnoughBytes();

    public readonly MessagePackReader CreatePeekReader() => this;

    public void Skip()
    {
        // Iterative, so that depth costs no stack; the count of open values is bounded by what the input could hold.
        for (long open = 1; open > 0; open--)
        {
            switch (NextMessagePackType)
            {
                case MessagePackType.Map:
                    open += 2L * ReadMapHeader();
                    break;
                case MessagePackType.Array:
                    open += ReadArrayHeader();
                    break;
                case MessagePackType.String:
                    Advance(ReadStringLength());
                    break;
                case MessagePackType.Binary:
                    Advance(ReadBytesLength());
                    break;
                case MessagePackType.Extension:
                    Advance(ReadExtensionFormatHeader().Length);
                    break;
                case MessagePackType.Unknown:
                    throw Unexpected(NextCode);
                default:
                    Advance(ScalarLength(NextCode));
                    break;
            }
        }
    }

    public Nil ReadNil() => TryReadNil() ? Nil.Default : throw Unexpected(NextCode);

    public bool TryReadNil()
    {
        if (NextCode != MessagePackCode.Nil)
        {
            return false;
        }

        _reader.Advance(1);
        return true;
    }

    public ReadOnlySequence<byte> ReadRaw(long length)
    {
        if (length < 0 || length > _reader.Remaining)
        {
            throw NotEnoughBytes();
        }

        var raw = _reader.Sequence.Slice(_reader.Position, length);
        _reader.Advance(length);
        return raw;
    }

    public ReadOnlySequence<byte> ReadRaw()
    {
        var start = _reader.Position;
        Skip();
        return _reader.Sequence.Slice(start, _reader.Position);
    }

    public int ReadArrayHeader()
    {
        if (!TryReadArrayHeader(out var count) || count > _reader.Remaining)
        {
            throw NotEnoughBytes();
        }

        return count;
    }

    public bool TryReadArrayHeader(out int count) => TryReadCount(MessagePackCode.MinFixArray, MessagePackCode.Array16, out count);

    public int ReadMapHeader()
    {
        if (!TryReadMapHeader(out var count) || 2L * count > _reader.Remaining)
        {
            throw NotEnoughBytes();
        }

        return count;
    }

    public bool TryReadMapHeader(out int count) => TryReadCount(MessagePackCode.MinFixMap, MessagePackCode.Map16, out count);

    public bool ReadBoolean() => ReadCode() switch
    {
        MessagePackCode.True => true,
        MessagePackCode.False => false,
        var code => throw Unexpected(code),
    };

    public ReadOnlySequence<byte>? ReadBytes() => TryReadNil() ? null : ReadRaw(ReadBytesLength());

    public ReadOnlySequence<byte>? ReadStringSequence() => TryReadNil() ? null : ReadRaw(ReadStringLength());

    public bool TryReadStringSpan(out ReadOnlySpan<byte> span)
    {
        span = default;
        if (IsNil)
        {
            return false;
        }

        var before = _reader.Consumed;
        var length = ReadStringLength();
        if (length > _reader.Remaining)
        {
            throw NotEnoughBytes();
        }

        if (length > _reader.UnreadSpan.Length)
        {
            _reader.Rewind(_reader.Consumed - before);
            return false;
        }

        span = _reader.UnreadSpan[..(int)length];
        _reader.Advance(length);
        return true;
    }

    public string? ReadString()
    {
        if (TryReadNil())
        {
            return null;
        }

        var length = ReadStringLength();
        if (length <= _reader.UnreadSpan.Length)
        {
            var text = Encoding.UTF8.GetString(_reader.UnreadSpan[..(int)length]);
            _reader.Advance(length);
            return text;
        }

        return Encoding.UTF8.GetString(ReadRaw(length));
    }

    public ExtensionHeader ReadExtensionFormatHeader()
    {
        if (!TryReadExtensionFormatHeader(out var header) || header.Length > _reader.Remaining)
        {
            throw NotEnoughBytes();
        }

        return header;
    }

    public bool TryReadExtensionFormatHeader(out ExtensionHeader extensionHeader)
    {
        extensionHeader = default;
        var before = _reader.Consumed;
        var code = ReadCode();
        ulong length;
        switch (code)
        {
            case >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt16:
                length = 1u << (code - MessagePackCode.FixExt1);
                break;
            case >= MessagePackCode.Ext8 and <= MessagePackCode.Ext32:
                if (!TryReadBigEndian(1 << (code - MessagePackCode.Ext8), out length))
                {
                    _reader.Rewind(1);
                    return false;
                }

                break;
            default:
                throw Unexpected(code);
        }

        if (!_reader.TryRead(out var type))
        {
            _reader.Rewind(_reader.Consumed - before);
            return false;
        }

        extensionHeader = new ExtensionHeader((sbyte)type, (uint)length);
        return true;
    }

    public ExtensionResult ReadExtensionFormat()
    {
        var header = ReadExtensionFormatHeader();
        return new ExtensionResult(header.TypeCode, ReadRaw(header.Length));
    }

    private static EndOfStreamException NotEnoughBytes() => new();

    private static MessagePackSerializationException Unexpected(byte code) =>
        new($"Unexpected msgpack code {code} ({MessagePackCode.ToFormatName(code)}) encountered.");

    private static int ScalarLength(byte code) => code switch
    {
        MessagePackCode.UInt8 or MessagePackCode.Int8 => 2,
        MessagePackCode.UInt16 or MessagePackCode.Int16 => 3,
        MessagePackCode.UInt32 or MessagePackCode.Int32 or MessagePackCode.Float32 => 5,
        MessagePackCode.UInt64 or MessagePackCode.Int64 or MessagePackCode.Float64 => 9,
        _ => 1,
    };

    private bool TryReadCount(byte fix, byte code16, out int count)
    {
        var code = ReadCode();
        if ((code & 0xf0) == fix)
        {
            count = code & 0x0f;
            return true;
        }

        count = 0;
        if (code != code16 && code != code16 + 1)
        {
            throw Unexpected(code);
        }

        if (!TryReadBigEndian(code == code16 ? 2 : 4, out var wide))
        {
            _reader.Rewind(1);
            return false;
        }

        // A count past what any input could hold is a lie about the length, not a number out of range.
        count = wide <= int.MaxValue ? (int)wide : throw NotEnoughBytes();
        return true;
    }

    private uint ReadStringLength()
    {
        var code = ReadCode();
        return code switch
        {
            >= MessagePackCode.MinFixStr and <= MessagePackCode.MaxFixStr => (uint)(code & 0x1f),
            >= MessagePackCode.Str8 and <= MessagePackCode.Str32 => (uint)ReadBigEndian(1 << (code - MessagePackCode.Str8)),
            _ => throw Unexpected(code),
        };
    }

    private uint ReadBytesLength()
    {
        // The older specification knew no bin; its strings stand for bytes too.
        var code = NextCode;
        if (code is < MessagePackCode.Bin8 or > MessagePackCode.Bin32)
        {
            return ReadStringLength();
        }

        _reader.Advance(1);
        return (uint)ReadBigEndian(1 << (code - MessagePackCode.Bin8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte ReadCode() => _reader.TryRead(out var code) ? code : throw NotEnoughBytes();

    private void Advance(long count)
    {
        if (count > _reader.Remaining)
        {
            throw NotEnoughBytes();
        }

        _reader.Advance(count);
    }

    private ulong ReadBigEndian(int size) => TryReadBigEndian(size, out var value) ? value : throw NotEnoughBytes();

    private bool TryReadBigEndian(int size, out ulong value)
    {
        value = 0;
        if (_reader.Remaining < size)
        {
            return false;
        }

        var span = _reader.UnreadSpan;
        if (span.Length < size)
        {
            Span<byte> bytes = stackalloc byte[size];
            _reader.TryCopyTo(bytes);
            value = BigEndian(bytes, size);
        }
        else
        {
            value = BigEndian(span, size);
        }

        _reader.Advance(size);
        return true;
    }

    private static ulong BigEndian(scoped ReadOnlySpan<byte> bytes, int size) => size switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        4 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
    };
}
