namespace Artorizer.Contracts.Wire;

/// <summary>Every wire protocol there is.</summary>
public static class WireProtocols
{
    /// <summary>In order of preference; JSON, the default, first.</summary>
    public static IReadOnlyList<IWireProtocol> All { get; } =
    [
        new JsonWireProtocol(),
        new MessagePackWireProtocol(),
        new ProtobufWireProtocol(),
        ThriftWireProtocol.Compact,
        ThriftWireProtocol.Binary,
        CapnProtoWireProtocol.Unpacked,
        CapnProtoWireProtocol.Packed,
    ];

    /// <summary>A registry of all.</summary>
    public static WireProtocolRegistry Registry { get; } = new(All);
}
