using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire.CapnProto;

/// <summary>Writes a message as one Cap'n Proto segment with its segment table.</summary>
/// <remarks>https://capnproto.org/encoding.html.</remarks>
internal ref struct CapnProtoEncoder(IBufferWriter<byte>? output) : IWireEncoder, IDisposable
{
    private const int Word = 8;
    private const int ByteElements = 2;
    private const int PointerElements = 6;
    private const int CompositeElements = 7;

    // Payloads of the root from this size on come last and are never copied into the block.
    private const int DirectSize = 16 * 1024;

    private WireBuffer _block = new(output);
    private List<(WireMember Member, Payload Value)>? _large;

    // Where the struct in hand begins, and its pointers.
    private int _data;
    private int _pointers;
    private int _depth;

    /// <inheritdoc/>
    public static bool CountsFields => false;

    /// <summary>Writes a message as it lies in memory.</summary>
    public static void Write(WireMessage table, object message, IBufferWriter<byte> output)
    {
        var encoder = new CapnProtoEncoder(output);
        try
        {
            encoder.WriteRoot(table, message);
            encoder._block.Flush();
            foreach (var (_, payload) in encoder._large ?? [])
            {
                output.Write(payload.Bytes.Span);
                var padding = -payload.Bytes.Length & (Word - 1);
                output.GetSpan(Word)[..padding].Clear();
                output.Advance(padding);
            }
        }
        finally
        {
            encoder.Dispose();
        }
    }

    /// <summary>Writes a message packed.</summary>
    public static void WritePacked(WireMessage table, object message, IBufferWriter<byte> output)
    {
        var encoder = new CapnProtoEncoder(output: null);
        var packed = new WireBuffer(output);
        try
        {
            encoder.WriteRoot(table, message);
            CapnProtoPacking.Pack(encoder._block.Written, ref packed);
            foreach (var (_, payload) in encoder._large ?? [])
            {
                Pack(payload.Bytes.Span, ref packed);
            }

            packed.Flush();
        }
        finally
        {
            packed.Dispose();
            encoder.Dispose();
        }
    }

    /// <inheritdoc/>
    public readonly void Dispose() => _block.Dispose();

    public readonly void Begin(int fields)
    {
    }

    public readonly void End()
    {
    }

    public readonly void Absent(WireMember member)
    {
    }

    public readonly void Flag(WireMember member, bool value)
    {
        if (value != member.FlagDefault)
        {
            _block.Written[_data + (member.Slot / 8)] |= (byte)(1 << (member.Slot % 8));
        }
    }

    public readonly void Int32(WireMember member, long value) => BinaryPrimitives.WriteUInt32LittleEndian(
        _block.Written[(_data + (member.Slot / 8))..],
        (uint)(int)Math.Clamp(value, int.MinValue, int.MaxValue) ^ (uint)member.CapnProtoDefault);

    public readonly void Int64(WireMember member, long value) => Word64(member, (ulong)value);

    public readonly void Double(WireMember member, double value) => Word64(member, BitConverter.DoubleToUInt64Bits(value));

    public readonly void Time(WireMember member, DateTimeOffset value) => Word64(member, (ulong)IsoTime.ToUnixNanoseconds(value));

    public readonly void TimeText(WireMember member, DateTimeOffset value) => Time(member, value);

    public void Text(WireMember member, string value) => Text(value, PointerOf(member));

    public void Payload(WireMember member, Payload value)
    {
        if (_depth == 1 && value.Bytes.Length >= DirectSize)
        {
            (_large ??= []).Add((member, value));
        }
        else
        {
            var start = AllocateBytes(value.Bytes.Length);
            value.Bytes.Span.CopyTo(_block.Written[start..]);
            Point(PointerOf(member), start, 1, ByteElements | ((uint)value.Bytes.Length << 3));
        }

        _block.Written[_data + (member.FormatSlot / 8)] = (byte)PayloadFormats.NumberOf(value);
    }

    public void Message(WireMember member, object value) => StructAt(member.Message!, value, PointerOf(member));

    public void Messages(WireMember member, object[] value)
    {
        if (value.Length == 0 && !member.Optional)
        {
            return;
        }

        var table = member.Message!;
        var first = Composite(table.DataWords, table.PointerWords, value.Length, PointerOf(member));
        foreach (var message in value)
        {
            Fill(table, message, first);
            first += (table.DataWords + table.PointerWords) * Word;
        }
    }

    public void Texts(WireMember member, string[] value)
    {
        if (value.Length > 0)
        {
            var first = Allocate(value.Length);
            Point(PointerOf(member), first, 1, PointerElements | ((uint)value.Length << 3));
            foreach (var text in value)
            {
                Text(text, first);
                first += Word;
            }
        }
    }

    /// <remarks>struct TextEntry { key @0 :Text; value @1 :Text; }</remarks>
    public void TextMap(WireMember member, Dictionary<string, string> value)
    {
        if (value.Count > 0)
        {
            var entry = Composite(0, 2, value.Count, PointerOf(member));
            foreach (var (key, text) in value)
            {
                Text(key, entry);
                Text(text, entry + Word);
                entry += 2 * Word;
            }
        }
    }

    public void MessageMap<T>(WireMember member, Dictionary<string, T> value)
        where T : class
    {
        if (value.Count > 0 || member.Optional)
        {
            var entry = Composite(0, 2, value.Count, PointerOf(member));
            foreach (var (key, message) in value)
            {
                Text(key, entry);
                StructAt(member.Message!, message, entry + Word);
                entry += 2 * Word;
            }
        }
    }

    private static void Pack(scoped ReadOnlySpan<byte> bytes, ref WireBuffer packed)
    {
        var whole = bytes.Length & -Word;
        CapnProtoPacking.Pack(bytes[..whole], ref packed);
        if (whole < bytes.Length)
        {
            Span<byte> last = stackalloc byte[Word];
            last.Clear();
            bytes[whole..].CopyTo(last);
            CapnProtoPacking.Pack(last, ref packed);
        }
    }

    private void WriteRoot(WireMessage table, object message)
    {
        // Segment table (one segment, its size put in at the end), then the root pointer.
        Allocate(2);
        StructAt(table, message, Word);
        var end = _block.Length;
        foreach (var (member, payload) in _large ?? [])
        {
            Point(((2 + table.DataWords) * Word) + (member.Slot * Word), end, 1, ByteElements | ((uint)payload.Bytes.Length << 3));
            end += (payload.Bytes.Length + Word - 1) & -Word;
        }

        BinaryPrimitives.WriteInt32LittleEndian(_block.Written[4..], (end / Word) - 1);
    }

    private readonly int PointerOf(WireMember member) => _pointers + (member.Slot * Word);

    private readonly void Word64(WireMember member, ulong bits) =>
        BinaryPrimitives.WriteUInt64LittleEndian(_block.Written[(_data + (member.Slot / 8))..], bits ^ member.CapnProtoDefault);

    private void StructAt(WireMessage table, object message, int pointer)
    {
        var start = Allocate(table.DataWords + table.PointerWords);
        Point(pointer, start, 0, (uint)table.DataWords | ((uint)table.PointerWords << 16));
        Fill(table, message, start);
    }

    private void Fill(WireMessage table, object message, int start)
    {
        var (data, pointers) = (_data, _pointers);
        _data = start;
        _pointers = start + (table.DataWords * Word);
        _depth++;
        EncoderCompiler<CapnProtoEncoder>.Of(table)(message, ref this);
        _depth--;
        (_data, _pointers) = (data, pointers);
    }

    private void Text(string text, int pointer)
    {
        var start = _block.Length;
        var room = _block.Reserve((text.Length <= WireText.ShortLength ? WireText.ShortSize : Encoding.UTF8.GetByteCount(text)) + (2 * Word));
        var length = Encoding.UTF8.GetBytes(text, room);

        // The NUL at the end, and zeros up to the end of its word.
        room.Slice(length, Word).Clear();
        _block.Advance((length + Word) & -Word);
        Point(pointer, start, 1, ByteElements | ((uint)(length + 1) << 3));
    }

    private int Composite(int dataWords, int pointerWords, int count, int pointer)
    {
        var words = count * (dataWords + pointerWords);
        var tag = Allocate(words + 1);
        Point(pointer, tag, 1, CompositeElements | ((uint)words << 3));
        var head = _block.Written[tag..];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)count << 2);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)dataWords | ((uint)pointerWords << 16));
        return tag + Word;
    }

    /// <summary>Puts in a pointer: kind, distance in words from behind it, and what follows.</summary>
    private readonly void Point(int pointer, int target, uint kind, uint rest) => BinaryPrimitives.WriteUInt64LittleEndian(
        _block.Written[pointer..],
        ((ulong)rest << 32) | (uint)((((target - pointer) / Word) - 1) << 2) | kind);

    private int Allocate(int words)
    {
        var start = _block.Length;
        _block.Reserve(words * Word)[..(words * Word)].Clear();
        _block.Advance(words * Word);
        return start;
    }

    // The last word alone needs zeros; the rest is written over.
    private int AllocateBytes(int count)
    {
        var start = _block.Length;
        var words = (count + Word - 1) / Word;
        if (words > 0)
        {
            _block.Reserve(words * Word).Slice((words - 1) * Word, Word).Clear();
            _block.Advance(words * Word);
        }

        return start;
    }
}
