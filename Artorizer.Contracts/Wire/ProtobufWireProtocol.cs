using System.Buffers;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire;

/// <summary>Protobuf over HTTP: the messages of <c>taskdaemon.proto</c> and <c>artorizer/v1</c>, bare.</summary>
public sealed class ProtobufWireProtocol : IWireProtocol
{
    /// <inheritdoc/>
    public string Name => "protobuf";

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes { get; } = ["application/x-protobuf", "application/protobuf", "application/vnd.google.protobuf"];

    /// <inheritdoc/>
    public bool CanCarry(Type type) => WireSchema.IsKnown(type);

    /// <inheritdoc/>
    public void Serialize<T>(T value, IBufferWriter<byte> output)
        where T : notnull
    {
        var (table, message) = WireSchema.Wrap(value);
        ProtobufEncoder.Write(table, message, output);
    }

    /// <inheritdoc/>
    public T Deserialize<T>(in ReadOnlySequence<byte> input)
        where T : notnull => WireSchema.Unwrap<T>(Read(WireSchema.Table<T>(), input));

    /// <inheritdoc/>
    public IReadOnlyList<WireField> ReadFields(in ReadOnlySequence<byte> input, Type? message = null) =>
        (List<WireField>)Read(RequestFields.Of(message), input);

    private static object Read(WireMessage table, in ReadOnlySequence<byte> input)
    {
        using var block = new WireInput(input);
        return ProtobufDecoder.Read(table, block.Span);
    }
}
