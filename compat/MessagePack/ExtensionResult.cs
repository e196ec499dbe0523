using System.Buffers;

namespace MessagePack;

public struct ExtensionResult(sbyte typeCode, ReadOnlySequence<byte> data)
{
    public ExtensionResult(sbyte typeCode, Memory<byte> data)
        : this(typeCode, new ReadOnlySequence<byte>(data))
    {
    }

    public sbyte TypeCode { get; private set; } = typeCode;

    public ReadOnlySequence<byte> Data { get; private set; } = data;

    public readonly ExtensionHeader Header => new(TypeCode, checked((uint)Data.Length));
}
