using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire;

/// <summary>Writes a message in the Protobuf encoding, by its table, in one pass.</summary>
/// <remarks>https://protobuf.dev/programming-guides/encoding/. The length of a nested message is put in after it; it moves by a byte or two if it turns out long.</remarks>
internal static class ProtobufEncoder
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;

    // Bytes from this size on skip the block when nothing around them waits for a length.
    private const int DirectSize = 16 * 1024;

    public static void Write(WireMessage table, object message, IBufferWriter<byte> output)
    {
        var buffer = new WireBuffer(1024);
        try
        {
            foreach (var member in table.Members)
            {
                if (member.Kind == WireKind.Payload && Get<Payload>(member, message) is { Bytes.Length: >= DirectSize } payload)
                {
                    Tag(member.Number, Delimited, ref buffer);
                    WriteVarint((ulong)payload.Bytes.Length, ref buffer);
                    buffer.MoveTo(output);
                    output.Write(payload.Bytes.Span);
                    WriteFormat(member, payload, ref buffer);
                }
                else
                {
                    WriteMember(member, message, ref buffer);
                }
            }

            buffer.MoveTo(output);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private static void WriteMember(WireMember member, object message, ref WireBuffer output)
    {
        switch (member.Kind)
        {
            case WireKind.Flag:
                if (Get<bool?>(member, message) is { } flag && (flag || member.Optional))
                {
                    Tag(member.Number, Varint, ref output);
                    output.Add(flag ? (byte)1 : (byte)0);
                }

                break;
            case WireKind.Int32 or WireKind.Int64:
                if (Get<long?>(member, message) is { } number && (number != 0 || member.Optional))
                {
                    Tag(member.Number, Varint, ref output);
                    WriteVarint((ulong)(member.Kind == WireKind.Int32 ? Math.Clamp(number, int.MinValue, int.MaxValue) : number), ref output);
                }

                break;
            case WireKind.Double:
                if (Get<double?>(member, message) is { } real && (BitConverter.DoubleToInt64Bits(real) != 0 || member.Optional))
                {
                    Tag(member.Number, Fixed64, ref output);
                    BinaryPrimitives.WriteDoubleLittleEndian(output.Reserve(8), real);
                    output.Advance(8);
                }

                break;
            case WireKind.Text:
                if (Get<string>(member, message) is { } text && (text.Length > 0 || member.Optional))
                {
                    WriteText(member.Number, text, ref output);
                }

                break;
            case WireKind.Time:
                if (Get<DateTimeOffset?>(member, message) is { } time)
                {
                    WriteTimestamp(member.Number, time, ref output);
                }

                break;
            case WireKind.TimeText:
                if (Get<DateTimeOffset?>(member, message) is { } shown)
                {
                    Tag(member.Number, Delimited, ref output);
                    var room = output.Reserve(IsoTime.MaxLength + 1);
                    var length = IsoTime.Format(shown, room[1..]);
                    room[0] = (byte)length;
                    output.Advance(length + 1);
                }

                break;
            case WireKind.Payload:
                if (Get<Payload>(member, message) is { } payload)
                {
                    Tag(member.Number, Delimited, ref output);
                    WriteVarint((ulong)payload.Bytes.Length, ref output);
                    output.Add(payload.Bytes.Span);
                    WriteFormat(member, payload, ref output);
                }

                break;
            case WireKind.Message:
                if (Get<object>(member, message) is { } inner)
                {
                    WriteMessage(member.Number, member.Message!, inner, ref output);
                }

                break;
            default:
                WriteRepeated(member, message, ref output);
                break;
        }
    }

    private static void WriteRepeated(WireMember member, object message, ref WireBuffer output)
    {
        switch (member.Kind)
        {
            case WireKind.Messages:
                var messages = Get<object[]>(member, message) ?? [];
                for (var i = 0; i < messages.Length; i++)
                {
                    WriteMessage(member.Number, member.Message!, messages[i], ref output);
                }

                break;
            case WireKind.Texts:
                foreach (var text in Get<string[]>(member, message) ?? [])
                {
                    WriteText(member.Number, text, ref output);
                }

                break;
            case WireKind.TextMap:
                foreach (var (key, value) in Get<Dictionary<string, string>>(member, message) ?? [])
                {
                    var start = Open(member.Number, ref output);
                    WriteText(1, key, ref output);
                    WriteText(2, value, ref output);
                    Close(start, ref output);
                }

                break;
            case WireKind.MessageMap:
                foreach (var (key, value) in Get<KeyValuePair<string, object>[]>(member, message) ?? [])
                {
                    var start = Open(member.Number, ref output);
                    WriteText(1, key, ref output);
                    WriteMessage(2, member.Message!, value, ref output);
                    Close(start, ref output);
                }

                break;
            default:
                throw new InvalidOperationException($"No message writes {member.Kind}.");
        }
    }

    private static T? Get<T>(WireMember member, object message) => Unsafe.As<WireMember<T>>(member).Get(message);

    private static void WriteMessage(int number, WireMessage table, object message, ref WireBuffer output)
    {
        var start = Open(number, ref output);
        foreach (var member in table.Members)
        {
            WriteMember(member, message, ref output);
        }

        Close(start, ref output);
    }

    private static void WriteTimestamp(int number, DateTimeOffset time, ref WireBuffer output)
    {
        // google.protobuf.Timestamp: seconds = 1, nanos = 2.
        var (seconds, ticks) = Math.DivRem(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, TimeSpan.TicksPerSecond);
        if (ticks < 0)
        {
            seconds--;
            ticks += TimeSpan.TicksPerSecond;
        }

        var start = Open(number, ref output);
        if (seconds != 0)
        {
            Tag(1, Varint, ref output);
            WriteVarint((ulong)seconds, ref output);
        }

        if (ticks != 0)
        {
            Tag(2, Varint, ref output);
            WriteVarint((ulong)ticks * 100, ref output);
        }

        Close(start, ref output);
    }

    private static void WriteText(int number, string text, ref WireBuffer output)
    {
        Tag(number, Delimited, ref output);

        // A character takes at most 3 bytes, so up to 42 of them have a length of one byte for sure.
        if (text.Length <= 42)
        {
            var room = output.Reserve(127);
            var written = Encoding.UTF8.GetBytes(text, room[1..]);
            room[0] = (byte)written;
            output.Advance(written + 1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        WriteVarint((ulong)length, ref output);
        Encoding.UTF8.GetBytes(text, output.Reserve(length));
        output.Advance(length);
    }

    private static void WriteFormat(WireMember member, Payload payload, ref WireBuffer output)
    {
        Tag(member.FormatNumber, Varint, ref output);
        output.Add((byte)PayloadFormats.NumberOf(payload));
    }

    private static int Open(int number, ref WireBuffer output)
    {
        Tag(number, Delimited, ref output);
        output.Add(0);
        return output.Length;
    }

    private static void Close(int start, ref WireBuffer output)
    {
        var length = output.Length - start;
        var extra = VarintLength((ulong)length) - 1;
        if (extra > 0)
        {
            output.Reserve(extra);
            output.Advance(extra);
            var written = output.Written;
            written.Slice(start, length).CopyTo(written[(start + extra)..]);
        }

        EncodeVarint((ulong)length, output.Written[(start - 1)..]);
    }

    private static void Tag(int number, int wireType, ref WireBuffer output)
    {
        // Numbers up to 15 make one byte; the tables stay below 2048.
        var tag = (number << 3) | wireType;
        if (tag < 128)
        {
            output.Add((byte)tag);
        }
        else
        {
            WriteVarint((ulong)tag, ref output);
        }
    }

    private static void WriteVarint(ulong value, ref WireBuffer output) => output.Advance(EncodeVarint(value, output.Reserve(10)));

    private static int EncodeVarint(ulong value, Span<byte> output)
    {
        var i = 0;
        for (; value >= 0x80; value >>= 7)
        {
            output[i++] = (byte)(value | 0x80);
        }

        output[i] = (byte)value;
        return i + 1;
    }

    private static int VarintLength(ulong value) => ((BitOperations.Log2(value | 1) * 9) + 73) >> 6;
}
