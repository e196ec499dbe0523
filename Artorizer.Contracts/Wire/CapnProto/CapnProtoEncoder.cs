using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire.CapnProto;

/// <summary>Writes a message as one Cap'n Proto segment with its segment table, by its table of fields.</summary>
/// <remarks>https://capnproto.org/encoding.html.</remarks>
internal static class CapnProtoEncoder
{
    private const int Word = 8;
    private const int ByteElements = 2;
    private const int PointerElements = 6;
    private const int CompositeElements = 7;

    // Payloads of the root from this size on come last and are never copied into the block.
    private const int DirectSize = 16 * 1024;

    public static void Write(WireMessage table, object message, bool packed, IBufferWriter<byte> output)
    {
        var block = new WireBuffer(1024);
        try
        {
            // Segment table (one segment, its size put in at the end), then the root pointer.
            Allocate(2, ref block);
            WriteStructAt(table, message, Word, DirectSize, ref block);
            var end = block.Length;
            foreach (var member in table.Members)
            {
                if (Large(member, message) is { } payload)
                {
                    var pointers = (2 + table.DataWords) * Word;
                    Point(pointers + (member.Slot * Word), end, 1, ByteElements | ((uint)payload.Bytes.Length << 3), ref block);
                    block.Written[(2 * Word) + (member.FormatSlot / 8)] = (byte)PayloadFormats.NumberOf(payload);
                    end += (payload.Bytes.Length + Word - 1) & -Word;
                }
            }

            BinaryPrimitives.WriteInt32LittleEndian(block.Written[4..], (end / Word) - 1);
            Emit(block.Written, packed, output);
            foreach (var member in table.Members)
            {
                if (Large(member, message) is { } payload)
                {
                    EmitPadded(payload.Bytes.Span, packed, output);
                }
            }
        }
        finally
        {
            block.Dispose();
        }
    }

    private static Payload? Large(WireMember member, object message) =>
        member.Kind == WireKind.Payload && Get<Payload>(member, message) is { Bytes.Length: >= DirectSize } payload ? payload : null;

    private static void EmitPadded(ReadOnlySpan<byte> bytes, bool packed, IBufferWriter<byte> output)
    {
        var whole = bytes.Length & -Word;
        Emit(bytes[..whole], packed, output);
        if (whole < bytes.Length)
        {
            Span<byte> last = stackalloc byte[Word];
            last.Clear();
            bytes[whole..].CopyTo(last);
            Emit(last, packed, output);
        }
    }

    private static void Emit(scoped ReadOnlySpan<byte> words, bool packed, IBufferWriter<byte> output)
    {
        if (!packed)
        {
            output.Write(words);
            return;
        }

        var buffer = new WireBuffer((words.Length / 2) + 64);
        try
        {
            CapnProtoPacking.Pack(words, ref buffer);
            buffer.MoveTo(output);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private static void WriteStructAt(WireMessage table, object message, int pointer, int largest, ref WireBuffer output)
    {
        var start = Allocate(table.DataWords + table.PointerWords, ref output);
        Point(pointer, start, 0, (uint)table.DataWords | ((uint)table.PointerWords << 16), ref output);
        Fill(table, message, start, largest, ref output);
    }

    private static void Fill(WireMessage table, object message, int start, int largest, ref WireBuffer output)
    {
        var pointers = start + (table.DataWords * Word);
        foreach (var member in table.Members)
        {
            switch (member.Kind)
            {
                case WireKind.Flag:
                    if (Get<bool?>(member, message) is { } flag && flag != member.FlagDefault)
                    {
                        output.Written[start + (member.Slot / 8)] |= (byte)(1 << (member.Slot % 8));
                    }

                    break;
                case WireKind.Int32:
                    if (Get<long?>(member, message) is { } number)
                    {
                        var bits = (uint)(int)Math.Clamp(number, int.MinValue, int.MaxValue) ^ (uint)CapnProtoDefaults.Mask(member);
                        BinaryPrimitives.WriteUInt32LittleEndian(output.Written[(start + (member.Slot / 8))..], bits);
                    }

                    break;
                case WireKind.Int64:
                    if (Get<long?>(member, message) is { } wide)
                    {
                        Put(member, start, (ulong)wide, ref output);
                    }

                    break;
                case WireKind.Double:
                    if (Get<double?>(member, message) is { } real)
                    {
                        Put(member, start, BitConverter.DoubleToUInt64Bits(real), ref output);
                    }

                    break;
                case WireKind.Time or WireKind.TimeText:
                    if (Get<DateTimeOffset?>(member, message) is { } time)
                    {
                        Put(member, start, (ulong)IsoTime.ToUnixNanoseconds(time), ref output);
                    }

                    break;
                default:
                    WritePointer(member, message, pointers + (member.Slot * Word), start, largest, ref output);
                    break;
            }
        }
    }

    private static void WritePointer(WireMember member, object message, int pointer, int start, int largest, ref WireBuffer output)
    {
        switch (member.Kind)
        {
            case WireKind.Text:
                if (Get<string>(member, message) is { } text)
                {
                    WriteText(text, pointer, ref output);
                }

                break;
            case WireKind.Payload:
                if (Get<Payload>(member, message) is { } payload && payload.Bytes.Length < largest)
                {
                    WriteData(payload.Bytes.Span, pointer, ref output);
                    output.Written[start + (member.FormatSlot / 8)] = (byte)PayloadFormats.NumberOf(payload);
                }

                break;
            case WireKind.Message:
                if (Get<object>(member, message) is { } inner)
                {
                    WriteStructAt(member.Message!, inner, pointer, int.MaxValue, ref output);
                }

                break;
            case WireKind.Messages:
                if (Get<object[]>(member, message) is { } messages && (messages.Length > 0 || member.Optional))
                {
                    var first = WriteComposite(member.Message!.DataWords, member.Message.PointerWords, messages.Length, pointer, ref output);
                    var size = (member.Message.DataWords + member.Message.PointerWords) * Word;
                    for (var i = 0; i < messages.Length; i++)
                    {
                        Fill(member.Message, messages[i], first + (i * size), int.MaxValue, ref output);
                    }
                }

                break;
            case WireKind.Texts:
                if (Get<string[]>(member, message) is { Length: > 0 } texts)
                {
                    var first = Allocate(texts.Length, ref output);
                    Point(pointer, first, 1, PointerElements | ((uint)texts.Length << 3), ref output);
                    for (var i = 0; i < texts.Length; i++)
                    {
                        WriteText(texts[i], first + (i * Word), ref output);
                    }
                }

                break;
            case WireKind.TextMap:
                if (Get<Dictionary<string, string>>(member, message) is { Count: > 0 } textMap)
                {
                    // struct TextEntry { key @0 :Text; value @1 :Text; }
                    var entry = WriteComposite(0, 2, textMap.Count, pointer, ref output);
                    foreach (var (key, value) in textMap)
                    {
                        WriteText(key, entry, ref output);
                        WriteText(value, entry + Word, ref output);
                        entry += 2 * Word;
                    }
                }

                break;
            case WireKind.MessageMap:
                if (Get<KeyValuePair<string, object>[]>(member, message) is { } messageMap && (messageMap.Length > 0 || member.Optional))
                {
                    var entry = WriteComposite(0, 2, messageMap.Length, pointer, ref output);
                    foreach (var (key, value) in messageMap)
                    {
                        WriteText(key, entry, ref output);
                        WriteStructAt(member.Message!, value, entry + Word, int.MaxValue, ref output);
                        entry += 2 * Word;
                    }
                }

                break;
            default:
                throw new InvalidOperationException($"No message writes {member.Kind}.");
        }
    }

    private static T? Get<T>(WireMember member, object message) => Unsafe.As<WireMember<T>>(member).Get(message);

    private static void Put(WireMember member, int start, ulong bits, ref WireBuffer output) =>
        BinaryPrimitives.WriteUInt64LittleEndian(output.Written[(start + (member.Slot / 8))..], bits ^ CapnProtoDefaults.Mask(member));

    private static void WriteText(string text, int pointer, ref WireBuffer output)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var start = AllocateBytes(length + 1, ref output);
        Encoding.UTF8.GetBytes(text, output.Written.Slice(start, length));
        Point(pointer, start, 1, ByteElements | ((uint)(length + 1) << 3), ref output);
    }

    private static void WriteData(ReadOnlySpan<byte> bytes, int pointer, ref WireBuffer output)
    {
        var start = AllocateBytes(bytes.Length, ref output);
        bytes.CopyTo(output.Written[start..]);
        Point(pointer, start, 1, ByteElements | ((uint)bytes.Length << 3), ref output);
    }

    private static int WriteComposite(int dataWords, int pointerWords, int count, int pointer, ref WireBuffer output)
    {
        var words = count * (dataWords + pointerWords);
        var tag = Allocate(words + 1, ref output);
        Point(pointer, tag, 1, CompositeElements | ((uint)words << 3), ref output);
        var head = output.Written[tag..];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)count << 2);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)dataWords | ((uint)pointerWords << 16));
        return tag + Word;
    }

    /// <summary>Puts in a pointer: kind, distance in words from behind it, and what follows.</summary>
    private static void Point(int pointer, int target, uint kind, uint rest, ref WireBuffer output)
    {
        var place = output.Written[pointer..];
        BinaryPrimitives.WriteInt32LittleEndian(place, (((target - pointer) / Word) - 1) << 2);
        place[0] |= (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(place[4..], rest);
    }

    private static int Allocate(int words, ref WireBuffer output)
    {
        var start = output.Length;
        output.Reserve(words * Word)[..(words * Word)].Clear();
        output.Advance(words * Word);
        return start;
    }

    // The last word alone needs zeros; the rest is written over.
    private static int AllocateBytes(int count, ref WireBuffer output)
    {
        var start = output.Length;
        var words = (count + Word - 1) / Word;
        var room = output.Reserve(words * Word);
        if (words > 0)
        {
            room.Slice((words - 1) * Word, Word).Clear();
        }

        output.Advance(words * Word);
        return start;
    }
}
