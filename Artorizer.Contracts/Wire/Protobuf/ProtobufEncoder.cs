using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire;

/// <summary>Writes messages in the Protobuf encoding, in one pass.</summary>
/// <remarks>
/// https://protobuf.dev/programming-guides/encoding/. The length of a nested message is put in after it; it moves by a byte or
/// two if it turns out long.
/// </remarks>
internal ref struct ProtobufEncoder(IBufferWriter<byte> output) : IWireEncoder, IDisposable
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int MaxTag = 2;

    // Bytes from this size on skip the block when nothing around them waits for a length.
    private const int DirectSize = 16 * 1024;

    private readonly IBufferWriter<byte> _output = output;
    private WireBuffer _buffer = new(output);
    private int _depth;

    /// <inheritdoc/>
    public static bool CountsFields => false;

    /// <summary>Writes a message, bare.</summary>
    public static void Write(WireMessage table, object message, IBufferWriter<byte> output)
    {
        var encoder = new ProtobufEncoder(output);
        try
        {
            EncoderCompiler<ProtobufEncoder>.Of(table)(message, ref encoder);
            encoder._buffer.Flush();
        }
        finally
        {
            encoder.Dispose();
        }
    }

    /// <inheritdoc/>
    public readonly void Dispose() => _buffer.Dispose();

    public void Begin(int fields) => _depth++;

    public void End() => _depth--;

    public readonly void Absent(WireMember member)
    {
    }

    public void Flag(WireMember member, bool value)
    {
        if (value || member.Optional)
        {
            var room = _buffer.Reserve(MaxTag + 1);
            var length = Tag(member.Number, Varint, room);
            room[length] = value ? (byte)1 : (byte)0;
            _buffer.Advance(length + 1);
        }
    }

    public void Int32(WireMember member, long value) => Int64(member, Math.Clamp(value, int.MinValue, int.MaxValue));

    public void Int64(WireMember member, long value)
    {
        if (value != 0 || member.Optional)
        {
            var room = _buffer.Reserve(MaxTag + WireVarint.MaxLength);
            var length = Tag(member.Number, Varint, room);
            _buffer.Advance(length + WireVarint.Write((ulong)value, room[length..]));
        }
    }

    public void Double(WireMember member, double value)
    {
        if (BitConverter.DoubleToInt64Bits(value) != 0 || member.Optional)
        {
            var room = _buffer.Reserve(MaxTag + 8);
            var length = Tag(member.Number, Fixed64, room);
            BinaryPrimitives.WriteDoubleLittleEndian(room[length..], value);
            _buffer.Advance(length + 8);
        }
    }

    public void Text(WireMember member, string value)
    {
        if (value.Length > 0 || member.Optional)
        {
            Text(member.Number, value);
        }
    }

    /// <remarks>google.protobuf.Timestamp: seconds = 1, nanos = 2.</remarks>
    public void Time(WireMember member, DateTimeOffset value)
    {
        var (seconds, ticks) = Math.DivRem(value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, TimeSpan.TicksPerSecond);
        if (ticks < 0)
        {
            seconds--;
            ticks += TimeSpan.TicksPerSecond;
        }

        var room = _buffer.Reserve(MaxTag + 1 + (2 * (1 + WireVarint.MaxLength)));
        var start = Tag(member.Number, Delimited, room) + 1;
        var end = start;
        if (seconds != 0)
        {
            room[end++] = (1 << 3) | Varint;
            end += WireVarint.Write((ulong)seconds, room[end..]);
        }

        if (ticks != 0)
        {
            room[end++] = (2 << 3) | Varint;
            end += WireVarint.Write((ulong)ticks * 100, room[end..]);
        }

        room[start - 1] = (byte)(end - start);
        _buffer.Advance(end);
    }

    public void TimeText(WireMember member, DateTimeOffset value)
    {
        var room = _buffer.Reserve(MaxTag + 1 + IsoTime.MaxLength);
        var start = Tag(member.Number, Delimited, room) + 1;
        var length = IsoTime.Format(value, room[start..]);
        room[start - 1] = (byte)length;
        _buffer.Advance(start + length);
    }

    public void Payload(WireMember member, Payload value)
    {
        Head(member.Number, value.Bytes.Length);
        if (_depth == 1 && value.Bytes.Length >= DirectSize)
        {
            _buffer.Flush();
            _output.Write(value.Bytes.Span);
        }
        else
        {
            _buffer.Add(value.Bytes.Span);
        }

        var room = _buffer.Reserve(MaxTag + 1);
        var length = Tag(member.FormatNumber, Varint, room);
        room[length] = (byte)PayloadFormats.NumberOf(value);
        _buffer.Advance(length + 1);
    }

    public void Message(WireMember member, object value) => Message(member.Number, member.Message!, value);

    public void Messages(WireMember member, object[] value)
    {
        foreach (var message in value)
        {
            Message(member.Number, member.Message!, message);
        }
    }

    public void Texts(WireMember member, string[] value)
    {
        foreach (var text in value)
        {
            Text(member.Number, text);
        }
    }

    public void TextMap(WireMember member, Dictionary<string, string> value)
    {
        foreach (var (key, text) in value)
        {
            var start = Open(member.Number);
            Text(1, key);
            Text(2, text);
            Close(start);
        }
    }

    public void MessageMap<T>(WireMember member, Dictionary<string, T> value)
        where T : class
    {
        foreach (var (key, message) in value)
        {
            var start = Open(member.Number);
            Text(1, key);
            Message(2, member.Message!, message);
            Close(start);
        }
    }

    /// <summary>Writes a tag: one byte for numbers up to 15, two up to 2047, which the tables stay below.</summary>
    private static int Tag(int number, int wireType, Span<byte> room)
    {
        if (number <= 15)
        {
            room[0] = (byte)((number << 3) | wireType);
            return 1;
        }

        room[1] = (byte)(number >> 4);
        room[0] = (byte)((number << 3) | wireType | 0x80);
        return 2;
    }

    private void Text(int number, string text)
    {
        if (text.Length > WireText.ShortLength)
        {
            var length = Encoding.UTF8.GetByteCount(text);
            Head(number, length);
            _buffer.Add(text, length);
            return;
        }

        var room = _buffer.Reserve(MaxTag + WireText.ShortSize);
        var head = Tag(number, Delimited, room);
        _buffer.Advance(head + WireText.EncodeShort(text, room[head..]));
    }

    private void Message(int number, WireMessage table, object message)
    {
        var start = Open(number);
        EncoderCompiler<ProtobufEncoder>.Of(table)(message, ref this);
        Close(start);
    }

    private void Head(int number, int length)
    {
        var room = _buffer.Reserve(MaxTag + WireVarint.MaxLength);
        var tag = Tag(number, Delimited, room);
        _buffer.Advance(tag + WireVarint.Write((ulong)length, room[tag..]));
    }

    private int Open(int number)
    {
        Head(number, 0);
        return _buffer.Length;
    }

    private void Close(int start)
    {
        var length = _buffer.Length - start;
        var extra = WireVarint.Length((ulong)length) - 1;
        if (extra > 0)
        {
            _buffer.Reserve(extra);
            _buffer.Advance(extra);
            var written = _buffer.Written;
            written.Slice(start, length).CopyTo(written[(start + extra)..]);
        }

        WireVarint.WriteExactly((ulong)length, _buffer.Written[(start - 1)..]);
    }
}
