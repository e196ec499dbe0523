using System.Buffers;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire;

/// <summary>Thrift, compact or binary: the structs of <c>artorizer.thrift</c>, bare.</summary>
public sealed class ThriftWireProtocol : IWireProtocol
{
    private readonly bool _compact;

    private ThriftWireProtocol(bool compact)
    {
        _compact = compact;
        Name = compact ? "thrift-compact" : "thrift-binary";
        MediaTypes = [compact ? "application/vnd.apache.thrift.compact" : "application/vnd.apache.thrift.binary"];
    }

    /// <summary>The compact protocol.</summary>
    public static ThriftWireProtocol Compact { get; } = new(compact: true);

    /// <summary>The binary protocol.</summary>
    public static ThriftWireProtocol Binary { get; } = new(compact: false);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes { get; }

    /// <inheritdoc/>
    public bool CanCarry(Type type) => WireSchema.IsKnown(type);

    /// <inheritdoc/>
    public void Serialize<T>(T value, IBufferWriter<byte> output)
        where T : notnull
    {
        var (table, message) = WireSchema.Wrap(value);
        ThriftEncoder.Write(table, message, _compact, output);
    }

    /// <inheritdoc/>
    public T Deserialize<T>(in ReadOnlySequence<byte> input)
        where T : notnull => WireSchema.Unwrap<T>(Read(WireSchema.Table<T>(), input));

    /// <inheritdoc/>
    public IReadOnlyList<WireField> ReadFields(in ReadOnlySequence<byte> input, Type? message = null) =>
        (List<WireField>)Read(RequestFields.Of(message), input);

    private object Read(WireMessage table, in ReadOnlySequence<byte> input)
    {
        using var block = new WireInput(input);
        return ThriftDecoder.Read(table, block.Span, _compact);
    }
}
