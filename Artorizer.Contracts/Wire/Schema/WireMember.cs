using System.Reflection;
using System.Text;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>One field of a message: its number, its name and what it holds.</summary>
internal sealed class WireMember
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

    /// <summary>Where the value is; <see langword="null"/> where the message is a list of <see cref="WireField"/>.</summary>
    public PropertyInfo? Property { get; init; }

    /// <summary>Whether it may be absent and that means something other than its default.</summary>
    public bool Optional { get; init; }

    /// <summary>Whether it is written as nil in MessagePack when absent.</summary>
    public bool AlwaysPresent { get; init; }

    /// <summary>Whether a <see cref="WireKind.Double"/> is a whole number, and is one in JSON and MessagePack.</summary>
    public bool IsCount { get; init; }

    /// <summary>Whether a <see cref="WireKind.Text"/> is one of few words, so that readers may share the strings.</summary>
    public bool IsWord { get; init; }

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

    /// <summary>
    /// Default in the Cap'n Proto schema: of an optional number, the bits that stand for "absent"; 0 otherwise. Data are stored
    /// XORed with it, so that a default is all zeros.
    /// </summary>
    public ulong CapnProtoDefault => this switch
    {
        { Optional: false } => 0,
        { Kind: WireKind.Int32 } => 0x8000_0000,
        { Kind: WireKind.Double } => 0x7ff8_0000_0000_0000,
        _ => 0x8000_0000_0000_0000,
    };

    /// <summary><see cref="Name"/> in UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8Name => _utf8Name;

    /// <summary><see cref="Name"/> as a MessagePack key.</summary>
    public ReadOnlySpan<byte> MessagePackName => _messagePackName;
}
