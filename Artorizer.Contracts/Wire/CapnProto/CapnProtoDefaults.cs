using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire.CapnProto;

/// <summary>Defaults in the schema. Data are stored XORed with them, so that a default is all zeros.</summary>
internal static class CapnProtoDefaults
{
    /// <summary>The bits of a number that stands for "absent"; 0 where a field is always there.</summary>
    public static ulong Mask(WireMember member) => member switch
    {
        { Optional: false } => 0,
        { Kind: WireKind.Int32 } => 0x8000_0000,
        { Kind: WireKind.Double } => 0x7ff8_0000_0000_0000,
        _ => 0x8000_0000_0000_0000,
    };
}
