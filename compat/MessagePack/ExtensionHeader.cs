namespace MessagePack;

public struct ExtensionHeader(sbyte typeCode, uint length) : IEquatable<ExtensionHeader>
{
    public ExtensionHeader(sbyte typeCode, int length)
        : this(typeCode, checked((uint)length))
    {
    }

    public sbyte TypeCode { get; private set; } = typeCode;

    public uint Length { get; private set; } = length;

    public readonly bool Equals(ExtensionHeader other) => TypeCode == other.TypeCode && Length == other.Length;

    public override readonly bool Equals(object? obj) => obj is ExtensionHeader other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(TypeCode, Length);
}
