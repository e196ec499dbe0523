namespace Artorizer.Contracts.Wire.Schema;

/// <summary>What a field holds; decides how each protocol writes it.</summary>
internal enum WireKind
{
    /// <summary><see cref="WireMember{T}"/> of <c>bool?</c>.</summary>
    Flag,

    /// <summary>Of <c>long?</c>, within 32 bits.</summary>
    Int32,

    /// <summary>Of <c>long?</c>.</summary>
    Int64,

    /// <summary>Of <c>double?</c>.</summary>
    Double,

    /// <summary>Of <c>string?</c>.</summary>
    Text,

    /// <summary>Of <c>DateTimeOffset?</c>.</summary>
    Time,

    /// <summary>Of <c>DateTimeOffset?</c>; ISO 8601 text in MessagePack and Protobuf, as older clients have it.</summary>
    TimeText,

    /// <summary>Of <c>byte[]?</c>.</summary>
    Bytes,

    /// <summary>Of <see cref="Jobs.Payload"/>; a second field tells its format where the protocol does not nest values.</summary>
    Payload,

    /// <summary>Of <c>object?</c>: one message.</summary>
    Message,

    /// <summary>Of <c>object[]?</c>: messages.</summary>
    Messages,

    /// <summary>Of <c>string[]?</c>.</summary>
    Texts,

    /// <summary>Of <c>Dictionary&lt;string, string&gt;?</c>.</summary>
    TextMap,

    /// <summary>Of <c>KeyValuePair&lt;string, object&gt;[]?</c>: messages by name.</summary>
    MessageMap,
}
