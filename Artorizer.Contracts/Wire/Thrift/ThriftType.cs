namespace Artorizer.Contracts.Wire;

/// <summary>Types on the wire, with their codes in the binary protocol.</summary>
internal enum ThriftType
{
    Stop = 0,
    Bool = 2,
    Byte = 3,
    Double = 4,
    I16 = 6,
    I32 = 8,
    I64 = 10,
    Binary = 11,
    Struct = 12,
    Map = 13,
    Set = 14,
    List = 15,
    Uuid = 16,
}
