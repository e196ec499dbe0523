using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MessagePack;

/// <summary>Writes MessagePack values one after another, each in its shortest form. <see cref="Flush"/> ends the work.</summary>
public ref struct MessagePackWriter
{
    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _buffered;

    public MessagePackWriter(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _output = writer;
        _span = [];
        _buffered = 0;
    }

    public void Flush()
    {
        if (_buffered > 0)
        {
            _output.Advance(_buffered);
            _span = [];
            _buffered = 0;
        }
    }

    public Span<byte> GetSpan(int length)
    {
        if (length > _span.Length - _buffered || _span.Length == _buffered)
        {
            Flush();
            _span = _output.GetSpan(length);
        }

        return _span[_buffered..];
    }

    public void Advance(int length) => _buffered += length;

    public void WriteRaw(ReadOnlySpan<byte> rawMessagePackBlock)
    {
        rawMessagePackBlock.CopyTo(GetSpan(rawMessagePackBlock.Length));
        Advance(rawMessagePackBlock.Length);
    }

    public void WriteRaw(in ReadOnlySequence<byte> rawMessagePackBlock)
    {
        foreach (var segment in rawMessagePackBlock)
        {
            WriteRaw(segment.Span);
        }
    }

    public void WriteNil() => WriteCode(MessagePackCode.Nil);

    public void Write(bool value) => WriteCode(value ? MessagePackCode.True : MessagePackCode.False);

    public void Write(char value) => Write((ulong)value);

    public void Write(byte value) => Write((ulong)value);

    public void Write(ushort value) => Write((ulong)value);

    public void Write(uint value) => Write((ulong)value);

    public void Write(sbyte value) => Write((long)value);

    public void Write(short value) => Write((long)value);

    public void Write(int value) => Write((long)value);

    public void Write(ulong value)
    {
        switch (value)
        {
            case <= MessagePackCode.MaxFixInt:
                WriteCode((byte)value);
                break;
            case <= byte.MaxValue:
                WriteBigEndian(MessagePackCode.UInt8, 1, value);
                break;
            case <= ushort.MaxValue:
                WriteBigEndian(MessagePackCode.UInt16, 2, value);
                break;
            case <= uint.MaxValue:
                WriteBigEndian(MessagePackCode.UInt32, 4, value);
                break;
            default:
                WriteBigEndian(MessagePackCode.UInt64, 8, value);
                break;
        }
    }

    public void Write(long value)
    {
        switch (value)
        {
            case >= 0:
                Write((ulong)value);
                break;
            case >= -32:
                WriteCode((byte)value);
                break;
            case >= sbyte.MinValue:
                WriteBigEndian(MessagePackCode.Int8, 1, (ulong)value);
                break;
            case >= short.MinValue:
                WriteBigEndian(MessagePackCode.Int16, 2, (ulong)value);
                break;
            case >= int.MinValue:
                WriteBigEndian(MessagePackCode.Int32, 4, (ulong)value);
                break;
            default:
                WriteBigEndian(MessagePackCode.Int64, 8, (ulong)value);
                break;
        }
    }

    public void WriteUInt8(byte value) => WriteBigEndian(MessagePackCode.UInt8, 1, value);

    public void WriteUInt16(ushort value) => WriteBigEndian(MessagePackCode.UInt16, 2, value);

    public void WriteUInt32(uint value) => WriteBigEndian(MessagePackCode.UInt32, 4, value);

    public void WriteUInt64(ulong value) => WriteBigEndian(MessagePackCode.UInt64, 8, value);

    public void WriteInt8(sbyte value) => WriteBigEndian(MessagePackCode.Int8, 1, (ulong)value);

    public void WriteInt16(short value) => WriteBigEndian(MessagePackCode.Int16, 2, (ulong)value);

    public void WriteInt32(int value) => WriteBigEndian(MessagePackCode.Int32, 4, (ulong)value);

    public void WriteInt64(long value) => WriteBigEndian(MessagePackCode.Int64, 8, (ulong)value);

    public void Write(float value) => WriteBigEndian(MessagePackCode.Float32, 4, BitConverter.SingleToUInt32Bits(value));

    public void Write(double value) => WriteBigEndian(MessagePackCode.Float64, 8, BitConverter.DoubleToUInt64Bits(value));

    public void Write(DateTime dateTime)
    {
        // Specification, "Timestamp extension type": the shortest of 32, 64 and 96 bits that holds the value.
        if (dateTime.Kind == DateTimeKind.Local)
        {
            dateTime = dateTime.ToUniversalTime();
        }

        var (seconds, ticks) = long.DivRem(dateTime.Ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerSecond);
        if (ticks < 0)
        {
            seconds--;
            ticks += TimeSpan.TicksPerSecond;
        }

        var nanoseconds = (ulong)ticks * 100;
        if (seconds >> 34 != 0)
        {
            WriteExtensionFormatHeader(new ExtensionHeader(ReservedMessagePackExtensionTypeCode.DateTime, 12));
            var span = GetSpan(12);
            BinaryPrimitives.WriteUInt32BigEndian(span, (uint)nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(span[4..], seconds);
            Advance(12);
        }
        else if (nanoseconds != 0 || seconds > uint.MaxValue)
        {
            WriteExtensionFormatHeader(new ExtensionHeader(ReservedMessagePackExtensionTypeCode.DateTime, 8));
            BinaryPrimitives.WriteUInt64BigEndian(GetSpan(8), (nanoseconds << 34) | (ulong)seconds);
            Advance(8);
        }
        else
        {
            WriteExtensionFormatHeader(new ExtensionHeader(ReservedMessagePackExtensionTypeCode.DateTime, 4));
            BinaryPrimitives.WriteUInt32BigEndian(GetSpan(4), (uint)seconds);
            Advance(4);
        }
    }

    public void WriteArrayHeader(int count) => WriteArrayHeader((uint)count);

    public void WriteArrayHeader(uint count) => WriteCount(MessagePackCode.MinFixArray, 15, MessagePackCode.Array16, count);

    public void WriteMapHeader(int count) => WriteMapHeader((uint)count);

    public void WriteMapHeader(uint count) => WriteCount(MessagePackCode.MinFixMap, 15, MessagePackCode.Map16, count);

    public void Write(byte[]? src)
    {
        if (src is null)
        {
            WriteNil();
        }
        else
        {
            Write(src.AsSpan());
        }
    }

    public void Write(scoped ReadOnlySpan<byte> src)
    {
        WriteBinHeader(src.Length);
        src.CopyTo(GetSpan(src.Length));
        Advance(src.Length);
    }

    public void Write(in ReadOnlySequence<byte> src)
    {
        WriteBinHeader(checked((int)src.Length));
        WriteRaw(src);
    }

    public void WriteBinHeader(int length)
    {
        switch (length)
        {
            case <= byte.MaxValue:
                WriteBigEndian(MessagePackCode.Bin8, 1, (ulong)length);
                break;
            case <= ushort.MaxValue:
                WriteBigEndian(MessagePackCode.Bin16, 2, (ulong)length);
                break;
            default:
                WriteBigEndian(MessagePackCode.Bin32, 4, (ulong)length);
                break;
        }
    }

    public void WriteString(in ReadOnlySequence<byte> utf8stringBytes)
    {
        WriteStringHeader(checked((int)utf8stringBytes.Length));
        WriteRaw(utf8stringBytes);
    }

    public void WriteString(ReadOnlySpan<byte> utf8stringBytes)
    {
        WriteStringHeader(utf8stringBytes.Length);
        WriteRaw(utf8stringBytes);
    }

    public void WriteStringHeader(int byteCount)
    {
        switch (byteCount)
        {
            case <= 31:
                WriteCode((byte)(MessagePackCode.MinFixStr | byteCount));
                break;
            case <= byte.MaxValue:
                WriteBigEndian(MessagePackCode.Str8, 1, (ulong)byteCount);
                break;
            default:
                WriteCount(0, 0, MessagePackCode.Str16, (uint)byteCount);
                break;
        }
    }

    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNil();
        }
        else
        {
            Write(value.AsSpan());
        }
    }

    public void Write(scoped ReadOnlySpan<char> value)
    {
        // Up to 31 characters, in one pass: behind one byte for the header, and moved on by another if that is too small.
        if (value.Length <= 31)
        {
            var span = GetSpan((3 * 31) + 2);
            var written = Encoding.UTF8.GetBytes(value, span[1..]);
            if (written <= 31)
            {
                span[0] = (byte)(MessagePackCode.MinFixStr | written);
                Advance(written + 1);
                return;
            }

            span.Slice(1, written).CopyTo(span[2..]);
            span[0] = MessagePackCode.Str8;
            span[1] = (byte)written;
            Advance(written + 2);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        WriteStringHeader(length);
        Encoding.UTF8.GetBytes(value, GetSpan(length));
        Advance(length);
    }

    public void WriteExtensionFormatHeader(ExtensionHeader extensionHeader)
    {
        var length = extensionHeader.Length;
        switch (length)
        {
            case 1 or 2 or 4 or 8 or 16:
                WriteCode((byte)(MessagePackCode.FixExt1 + uint.TrailingZeroCount(length)));
                break;
            case <= byte.MaxValue:
                WriteBigEndian(MessagePackCode.Ext8, 1, length);
                break;
            case <= ushort.MaxValue:
                WriteBigEndian(MessagePackCode.Ext16, 2, length);
                break;
            default:
                WriteBigEndian(MessagePackCode.Ext32, 4, length);
                break;
        }

        WriteCode((byte)extensionHeader.TypeCode);
    }

    public void WriteExtensionFormat(ExtensionResult extensionData)
    {
        WriteExtensionFormatHeader(extensionData.Header);
        WriteRaw(extensionData.Data);
    }

    private void WriteCode(byte code)
    {
        GetSpan(1)[0] = code;
        Advance(1);
    }

    private void WriteCount(byte fix, uint maxFix, byte code16, uint count)
    {
        if (count <= maxFix)
        {
            WriteCode((byte)(fix | count));
        }
        else if (count <= ushort.MaxValue)
        {
            WriteBigEndian(code16, 2, count);
        }
        else
        {
            WriteBigEndian((byte)(code16 + 1), 4, count);
        }
    }

    private void WriteBigEndian(byte code, int size, ulong value)
    {
        // One eight-byte store: the value is moved to the top so that its bytes come first.
        var span = GetSpan(9);
        span[0] = code;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], value << (64 - (8 * size)));
        Advance(size + 1);
    }
}
