namespace MessagePack;

public ref partial struct MessagePackReader
{
    public byte ReadByte() => checked((byte)ReadInt64());

    public sbyte ReadSByte() => checked((sbyte)ReadInt64());

    public ushort ReadUInt16() => checked((ushort)ReadInt64());

    public short ReadInt16() => checked((short)ReadInt64());

    public uint ReadUInt32() => checked((uint)ReadInt64());

    public int ReadInt32() => checked((int)ReadInt64());

    public char ReadChar() => (char)ReadUInt16();

    public ulong ReadUInt64()
    {
        if (NextCode != MessagePackCode.UInt64)
        {
            return checked((ulong)ReadInt64());
        }

        _reader.Advance(1);
        return ReadBigEndian(8);
    }

    public long ReadInt64()
    {
        var code = ReadCode();
        return code switch
        {
            <= MessagePackCode.MaxFixInt => code,
            >= MessagePackCode.MinNegativeFixInt => (sbyte)code,
            MessagePackCode.UInt8 or MessagePackCode.UInt16 or MessagePackCode.UInt32 => (long)ReadBigEndian(1 << (code - MessagePackCode.UInt8)),
            MessagePackCode.UInt64 => checked((long)ReadBigEndian(8)),
            MessagePackCode.Int8 => (sbyte)ReadBigEndian(1),
            MessagePackCode.Int16 => (short)ReadBigEndian(2),
            MessagePackCode.Int32 => (int)ReadBigEndian(4),
            MessagePackCode.Int64 => (long)ReadBigEndian(8),
            _ => throw Unexpected(code),
        };
    }

    public float ReadSingle() => NextCode switch
    {
        MessagePackCode.Float32 => ReadFloat32(),
        MessagePackCode.Float64 => (float)ReadFloat64(),
        MessagePackCode.UInt64 => ReadUInt64(),
        _ => ReadInt64(),
    };

    public double ReadDouble() => NextCode switch
    {
        MessagePackCode.Float64 => ReadFloat64(),
        MessagePackCode.Float32 => ReadFloat32(),
        MessagePackCode.UInt64 => ReadUInt64(),
        _ => ReadInt64(),
    };

    public DateTime ReadDateTime() => ReadDateTime(ReadExtensionFormatHeader());

    public DateTime ReadDateTime(ExtensionHeader header)
    {
        if (header.TypeCode != ReservedMessagePackExtensionTypeCode.DateTime)
        {
            throw new MessagePackSerializationException($"Extension TypeCode is invalid. typeCode: {header.TypeCode}");
        }

        // Specification, "Timestamp extension type": 32, 64 and 96 bits.
        switch (header.Length)
        {
            case 4:
                return Timestamp((uint)ReadBigEndian(4), 0);
            case 8:
                var packed = ReadBigEndian(8);
                return Timestamp((long)(packed & 0x3_ffff_ffff), (uint)(packed >> 34));
            case 12:
                var nanoseconds = (uint)ReadBigEndian(4);
                return Timestamp((long)ReadBigEndian(8), nanoseconds);
            default:
                throw new MessagePackSerializationException($"Length of extension was {header.Length}. Either 4, 8 or 12 were expected.");
        }
    }

    private static DateTime Timestamp(long seconds, uint nanoseconds)
    {
        const long MinSeconds = -62135596800;
        const long MaxSeconds = 253402300799;
        return seconds is >= MinSeconds and <= MaxSeconds && nanoseconds < 1_000_000_000
            ? DateTime.UnixEpoch.AddTicks((seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100))
            : throw new MessagePackSerializationException("The timestamp is out of range.");
    }

    private float ReadFloat32()
    {
        _reader.Advance(1);
        return BitConverter.UInt32BitsToSingle((uint)ReadBigEndian(4));
    }

    private double ReadFloat64()
    {
        _reader.Advance(1);
        return BitConverter.UInt64BitsToDouble(ReadBigEndian(8));
    }
}
