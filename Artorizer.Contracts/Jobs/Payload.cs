using System.Text;

namespace Artorizer.Contracts.Jobs;

/// <summary>Opaque task data or result as it came over the wire, so that no value changes on its way through the queue.</summary>
/// <param name="Format">What <paramref name="Bytes"/> hold: <see cref="Json"/>, <see cref="MessagePack"/> or <see cref="Binary"/>.</param>
/// <param name="Bytes">The encoded value.</param>
public sealed record Payload(string Format, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>UTF-8 JSON (RFC 8259).</summary>
    public const string Json = "json";

    /// <summary>MessagePack.</summary>
    public const string MessagePack = "msgpack";

    /// <summary>Raw bytes with no structure.</summary>
    public const string Binary = "binary";

    /// <summary>JSON <c>null</c>.</summary>
    public static Payload Null { get; } = new(Json, "null"u8.ToArray());

    /// <summary>Wraps JSON text.</summary>
    /// <param name="json">A complete JSON value.</param>
    public static Payload FromJson(string json) => new(Json, Encoding.UTF8.GetBytes(json));

    /// <inheritdoc/>
    public bool Equals(Payload? other) =>
        other is not null && Format == other.Format && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Format);
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }
}
