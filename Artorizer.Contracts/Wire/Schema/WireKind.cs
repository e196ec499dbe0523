namespace Artorizer.Contracts.Wire.Schema;

/// <summary>What a field holds; decides how each protocol writes it. Encoders and decoders have a method of the same name.</summary>
internal enum WireKind
{
    /// <summary>A <c>bool</c>.</summary>
    Flag,

    /// <summary>An integer of 32 bits.</summary>
    Int32,

    /// <summary>An integer of 64 bits.</summary>
    Int64,

    /// <summary>A <c>double</c>.</summary>
    Double,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A time.</summary>
    Time,

    /// <summary>A time; ISO 8601 text in MessagePack and Protobuf, as older clients have it.</summary>
    TimeText,

    /// <summary>A byte string.</summary>
    Bytes,

    /// <summary>A <see cref="Jobs.Payload"/>; a second field tells its format where the protocol does not nest values.</summary>
    Payload,

    /// <summary>One message.</summary>
    Message,

    /// <summary>An array of messages.</summary>
    Messages,

    /// <summary>An array of texts.</summary>
    Texts,

    /// <summary>Texts by name.</summary>
    TextMap,

    /// <summary>Messages by name.</summary>
    MessageMap,
}
