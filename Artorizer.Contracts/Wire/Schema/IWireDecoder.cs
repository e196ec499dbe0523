using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>
/// What a protocol makes of the fields it comes upon; code from <see cref="DecoderCompiler{TDecoder}"/> calls it and stores what
/// it returns.
/// </summary>
/// <remarks>All throw <see cref="WireFormatException"/> for bytes that are no such value.</remarks>
internal interface IWireDecoder
{
    bool Flag(WireMember member);

    /// <summary>A number that 32 bits hold.</summary>
    long Int32(WireMember member);

    long Int64(WireMember member);

    double Double(WireMember member);

    string Text(WireMember member);

    byte[] Bytes(WireMember member);

    DateTimeOffset Time(WireMember member);

    DateTimeOffset TimeText(WireMember member);

    /// <returns><see langword="null"/> where neither bytes nor a format came.</returns>
    Payload? Payload(WireMember member);

    /// <param name="member">The field.</param>
    /// <param name="present">What the field holds already, for protocols that merge.</param>
    object Message(WireMember member, object? present);

    T[] Messages<T>(WireMember member)
        where T : class;

    string[] Texts(WireMember member);

    Dictionary<string, string> TextMap(WireMember member);

    Dictionary<string, T> MessageMap<T>(WireMember member)
        where T : class;
}
