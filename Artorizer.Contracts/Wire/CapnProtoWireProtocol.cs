using System.Buffers;
using Artorizer.Contracts.Wire.CapnProto;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire;

/// <summary>Cap'n Proto, unpacked or packed: the structs of <c>artorizer.capnp</c>, one stream message each.</summary>
public sealed class CapnProtoWireProtocol : IWireProtocol
{
    private readonly bool _packed;

    private CapnProtoWireProtocol(bool packed)
    {
        _packed = packed;
        Name = packed ? "capnp-packed" : "capnp";
        MediaTypes = [packed ? "application/capnp+packed" : "application/capnp"];
    }

    /// <summary>As it lies in memory.</summary>
    public static CapnProtoWireProtocol Unpacked { get; } = new(packed: false);

    /// <summary>Without the zeros.</summary>
    public static CapnProtoWireProtocol Packed { get; } = new(packed: true);

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
        if (_packed)
        {
            CapnProtoEncoder.WritePacked(table, message, output);
        }
        else
        {
            CapnProtoEncoder.Write(table, message, output);
        }
    }

    /// <inheritdoc/>
    public T Deserialize<T>(in ReadOnlySequence<byte> input)
        where T : notnull => WireSchema.Unwrap<T>(Read(WireSchema.Table<T>(), input));

    /// <inheritdoc/>
    /// <remarks>A field at its default counts as not sent.</remarks>
    public IReadOnlyList<WireField> ReadFields(in ReadOnlySequence<byte> input, Type? message = null) =>
        (List<WireField>)Read(RequestFields.Of(message), input);

    private object Read(WireMessage table, in ReadOnlySequence<byte> input)
    {
        using var block = new WireInput(input);
        if (!_packed)
        {
            return CapnProtoDecoder.Read(table, block.Span);
        }

        var length = CapnProtoPacking.UnpackedLength(block.Span);
        var words = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            CapnProtoPacking.Unpack(block.Span, words.AsSpan(0, length));
            return CapnProtoDecoder.Read(table, words.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(words);
        }
    }
}
