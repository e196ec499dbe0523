using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>
/// What a protocol does with the fields of a message; <see cref="EncoderCompiler{TEncoder}"/> calls it for those that are there,
/// in order.
/// </summary>
internal interface IWireEncoder
{
    /// <summary>Whether <see cref="Begin"/> needs to know the number of fields.</summary>
    static abstract bool CountsFields { get; }

    /// <summary>Begins a message.</summary>
    /// <param name="fields">Fields that follow; 0 where the protocol does not count them.</param>
    void Begin(int fields);

    /// <summary>Ends a message.</summary>
    void End();

    /// <summary>In place of a field that has no value, if it must be shown absent.</summary>
    void Absent(WireMember member);

    void Flag(WireMember member, bool value);

    /// <summary>A number that 32 bits hold in the schema; a larger one becomes the nearest.</summary>
    void Int32(WireMember member, long value);

    void Int64(WireMember member, long value);

    void Double(WireMember member, double value);

    void Text(WireMember member, string value);

    void Time(WireMember member, DateTimeOffset value);

    void TimeText(WireMember member, DateTimeOffset value);

    void Payload(WireMember member, Payload value);

    void Message(WireMember member, object value);

    void Messages(WireMember member, object[] value);

    void Texts(WireMember member, string[] value);

    void TextMap(WireMember member, Dictionary<string, string> value);

    void MessageMap<T>(WireMember member, Dictionary<string, T> value)
        where T : class;
}
