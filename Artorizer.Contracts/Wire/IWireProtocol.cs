using System.Buffers;

namespace Artorizer.Contracts.Wire;

/// <summary>
/// One way to put the messages of <see cref="Artorizer.Contracts.Api"/> into bytes. Endpoints are written once and know nothing
/// of formats.
/// </summary>
public interface IWireProtocol
{
    /// <summary>Short name, such as <c>json</c>.</summary>
    string Name { get; }

    /// <summary>Media types without parameters, in lower case; the first is the one written to <c>Content-Type</c>.</summary>
    IReadOnlyList<string> MediaTypes { get; }

    /// <summary>Whether messages of this type can travel by this protocol.</summary>
    bool CanCarry(Type type);

    /// <summary>Writes a message.</summary>
    /// <exception cref="NotSupportedException">The protocol does not carry <typeparamref name="T"/>.</exception>
    void Serialize<T>(T value, IBufferWriter<byte> output)
        where T : notnull;

    /// <summary>Reads a message.</summary>
    /// <exception cref="WireFormatException">The bytes are not a well-formed message of this type.</exception>
    /// <exception cref="NotSupportedException">The protocol does not carry <typeparamref name="T"/>.</exception>
    T Deserialize<T>(in ReadOnlySequence<byte> input)
        where T : notnull;

    /// <summary>Reads a message as its named fields, in order, repeated ones included, for endpoints that name what is wrong with each.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="message">
    /// <see cref="Api.UploadRequest"/>, or <see langword="null"/> for a <c>ProtectRequest</c>; formats with names in the bytes
    /// need not know.
    /// </param>
    /// <exception cref="WireFormatException">The bytes are not a well-formed map.</exception>
    /// <exception cref="NotSupportedException">The protocol has no such form.</exception>
    IReadOnlyList<WireField> ReadFields(in ReadOnlySequence<byte> input, Type? message = null);
}
