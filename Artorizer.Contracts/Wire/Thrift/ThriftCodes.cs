namespace Artorizer.Contracts.Wire;

/// <summary>Types as each protocol has them on the wire.</summary>
internal static class ThriftCodes
{
    /// <summary>The code in the compact protocol; a bool has its value for a code and none here.</summary>
    public static byte Compact(ThriftType type) => type switch
    {
        ThriftType.I32 => 5,
        ThriftType.I64 => 6,
        ThriftType.Double => 7,
        ThriftType.Binary => 8,
        ThriftType.List => 9,
        ThriftType.Map => 11,
        _ => 12,
    };

    /// <summary>Undoes <see cref="Compact"/>.</summary>
    /// <exception cref="WireFormatException">There is no such type.</exception>
    public static ThriftType FromCompact(int code) => code switch
    {
        1 or 2 => ThriftType.Bool,
        3 => ThriftType.Byte,
        4 => ThriftType.I16,
        5 => ThriftType.I32,
        6 => ThriftType.I64,
        7 => ThriftType.Double,
        8 => ThriftType.Binary,
        9 => ThriftType.List,
        10 => ThriftType.Set,
        11 => ThriftType.Map,
        12 => ThriftType.Struct,
        13 => ThriftType.Uuid,
        _ => throw Malformed(),
    };

    /// <summary>The type of a code in the binary protocol.</summary>
    /// <exception cref="WireFormatException">There is no such type.</exception>
    public static ThriftType FromBinary(int code) =>
        code is (>= (int)ThriftType.Bool and <= (int)ThriftType.Uuid) and not (5 or 7 or 9) ? (ThriftType)code : throw Malformed();

    /// <summary>For bytes that are no Thrift.</summary>
    public static WireFormatException Malformed() => new("The body is not valid Thrift.");
}
