using System.Text;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>One field of a message: its number, its name, what it holds, and how to reach it.</summary>
internal abstract class WireMember
{
    private readonly byte[] _utf8Name = [];
    private readonly byte[] _messagePackName = [];

    /// <summary>Number in Protobuf and Thrift; one more than the ordinal in Cap'n Proto.</summary>
    public required int Number { get; init; }

    /// <summary>Name in JSON and MessagePack.</summary>
    public required string Name
    {
        get => Encoding.UTF8.GetString(_utf8Name);
        init
        {
            // A fixstr: names are shorter than 32 bytes.
            _utf8Name = Encoding.UTF8.GetBytes(value);
            _messagePackName = [(byte)(0xa0 | _utf8Name.Length), .. _utf8Name];
        }
    }

    /// <summary>What it holds.</summary>
    public required WireKind Kind { get; init; }

    /// <summary>Whether it may be absent and that means something other than its default.</summary>
    public bool Optional { get; init; }

    /// <summary>Whether it is written as nil in MessagePack when absent.</summary>
    public bool AlwaysPresent { get; init; }

    /// <summary>Whether a <see cref="WireKind.Double"/> is a whole number, and is one in JSON and MessagePack.</summary>
    public bool IsCount { get; init; }

    /// <summary>Number of the field with the format, for <see cref="WireKind.Payload"/>.</summary>
    public int FormatNumber { get; init; }

    /// <summary>Default of a flag in Cap'n Proto, which has no absent flags.</summary>
    public bool FlagDefault { get; init; }

    /// <summary>Messages held, for the kinds that hold messages.</summary>
    public WireMessage? Message { get; init; }

    /// <summary>Place in Cap'n Proto: bits from the start of the data section, or number of the pointer.</summary>
    public int Slot { get; set; }

    /// <summary>Place of the format in Cap'n Proto, in bits.</summary>
    public int FormatSlot { get; set; }

    /// <summary><see cref="Name"/> in UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8Name => _utf8Name;

    /// <summary><see cref="Name"/> as a MessagePack key.</summary>
    public ReadOnlySpan<byte> MessagePackName => _messagePackName;

    /// <summary>Whether the message has no value here.</summary>
    public abstract bool IsAbsent(object message);
}
