using System.Buffers;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;
using MessagePack;

namespace Artorizer.Contracts.Wire;

/// <summary>Writes messages as MessagePack maps with the names of their fields.</summary>
internal ref struct MessagePackEncoder(IBufferWriter<byte> output) : IWireEncoder
{
    private MessagePackWriter _output = new(output);

    /// <inheritdoc/>
    public static bool CountsFields => true;

    /// <summary>Writes a message.</summary>
    public static void Write(WireMessage table, object message, IBufferWriter<byte> output)
    {
        var encoder = new MessagePackEncoder(output);
        EncoderCompiler<MessagePackEncoder>.Of(table)(message, ref encoder);
        encoder._output.Flush();
    }

    /// <summary>Writes messages as an array.</summary>
    public static void WriteAll(WireMessage table, object[] messages, IBufferWriter<byte> output)
    {
        var encoder = new MessagePackEncoder(output);
        encoder.Array(table, messages);
        encoder._output.Flush();
    }

    public void Begin(int fields) => _output.WriteMapHeader(fields);

    public readonly void End()
    {
    }

    public void Absent(WireMember member)
    {
        Key(member);
        _output.WriteNil();
    }

    public void Flag(WireMember member, bool value)
    {
        Key(member);
        _output.Write(value);
    }

    public void Int32(WireMember member, long value) => Int64(member, value);

    public void Int64(WireMember member, long value)
    {
        Key(member);
        _output.Write(value);
    }

    public void Double(WireMember member, double value)
    {
        Key(member);
        if (member.IsCount)
        {
            _output.Write((long)value);
        }
        else
        {
            _output.Write(value);
        }
    }

    public void Text(WireMember member, string value)
    {
        Key(member);
        _output.Write(value);
    }

    public void Time(WireMember member, DateTimeOffset value)
    {
        Key(member);
        _output.Write(value.UtcDateTime);
    }

    public void TimeText(WireMember member, DateTimeOffset value)
    {
        Key(member);
        Span<byte> text = stackalloc byte[IsoTime.MaxLength];
        var length = IsoTime.Format(value, text);
        _output.WriteStringHeader(length);
        text[..length].CopyTo(_output.GetSpan(length));
        _output.Advance(length);
    }

    public void Payload(WireMember member, Payload value)
    {
        Key(member);
        PayloadTranscoder.WriteMessagePack(value, ref _output);
    }

    public void Message(WireMember member, object value)
    {
        Key(member);
        EncoderCompiler<MessagePackEncoder>.Of(member.Message!)(value, ref this);
    }

    public void Messages(WireMember member, object[] value)
    {
        Key(member);
        Array(member.Message!, value);
    }

    public void Texts(WireMember member, string[] value)
    {
        Key(member);
        _output.WriteArrayHeader(value.Length);
        foreach (var text in value)
        {
            _output.Write(text);
        }
    }

    public void TextMap(WireMember member, Dictionary<string, string> value)
    {
        Key(member);
        _output.WriteMapHeader(value.Count);
        foreach (var (key, text) in value)
        {
            _output.Write(key);
            _output.Write(text);
        }
    }

    public void MessageMap<T>(WireMember member, Dictionary<string, T> value)
        where T : class
    {
        Key(member);
        _output.WriteMapHeader(value.Count);
        foreach (var (key, message) in value)
        {
            _output.Write(key);
            EncoderCompiler<MessagePackEncoder>.Of(member.Message!)(message, ref this);
        }
    }

    private void Key(WireMember member) => _output.WriteRaw(member.MessagePackName);

    private void Array(WireMessage table, object[] messages)
    {
        _output.WriteArrayHeader(messages.Length);
        var write = EncoderCompiler<MessagePackEncoder>.Of(table);
        foreach (var message in messages)
        {
            write(message, ref this);
        }
    }
}
