using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire.CapnProto;

/// <summary>Reads messages from Cap'n Proto structs.</summary>
internal ref struct CapnProtoDecoder : IWireDecoder
{
    private CapnProtoReader _reader;
    private int _elements;

    // The struct in hand, and its pointer or number in hand.
    private CapnProtoReader.Struct _struct;
    private (int Segment, int Offset) _pointer;
    private ulong _bits;

    /// <summary>Reads a message.</summary>
    public static object Read(WireMessage table, ReadOnlySpan<byte> input)
    {
        var decoder = new CapnProtoDecoder { _reader = new CapnProtoReader(input), _elements = WireLimits.Elements };
        return decoder.Read(table, decoder._reader.ReadStruct(decoder._reader.Root));
    }

    public readonly bool Flag(WireMember member) => !member.FlagDefault;

    public readonly long Int32(WireMember member) => (int)(uint)(_bits ^ member.CapnProtoDefault);

    public readonly long Int64(WireMember member) => (long)(_bits ^ member.CapnProtoDefault);

    public readonly double Double(WireMember member) => BitConverter.UInt64BitsToDouble(_bits ^ member.CapnProtoDefault);

    public string Text(WireMember member) => _reader.ReadText(_pointer, member.IsWord);

    public byte[] Bytes(WireMember member) => _reader.ReadBytes(_pointer).ToArray();

    public readonly DateTimeOffset Time(WireMember member) => IsoTime.FromUnixNanoseconds((long)(_bits ^ member.CapnProtoDefault));

    public readonly DateTimeOffset TimeText(WireMember member) => Time(member);

    public Payload? Payload(WireMember member)
    {
        byte[] bytes = _reader.Pointer(_struct, member.Slot) is { } pointer ? _reader.ReadBytes(pointer).ToArray() : [];
        return PayloadFormats.Read(bytes, (int)_reader.Bits(_struct, member.FormatSlot, 16));
    }

    public object Message(WireMember member, object? present) => Read(member.Message!, _reader.ReadStruct(_pointer));

    public T[] Messages<T>(WireMember member)
        where T : class
    {
        var list = _reader.ReadList(_pointer, 7);
        var messages = new T[WireLimits.Take(list.Count, ref _elements)];
        for (var i = 0; i < messages.Length; i++)
        {
            messages[i] = (T)Read(member.Message!, CapnProtoReader.Element(list, i));
        }

        return messages;
    }

    public string[] Texts(WireMember member)
    {
        var list = _reader.ReadList(_pointer, 6);
        var texts = new string[WireLimits.Take(list.Count, ref _elements)];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = TextAt(CapnProtoReader.Element(list, i), 0);
        }

        return texts;
    }

    /// <remarks>struct TextEntry { key @0 :Text; value @1 :Text; }</remarks>
    public Dictionary<string, string> TextMap(WireMember member)
    {
        var list = _reader.ReadList(_pointer, 7);
        var texts = new Dictionary<string, string>(WireLimits.Take(list.Count, ref _elements));
        for (var i = 0; i < list.Count; i++)
        {
            var entry = CapnProtoReader.Element(list, i);
            var key = TextAt(entry, 0);
            texts[key] = TextAt(entry, 1);
        }

        return texts;
    }

    public Dictionary<string, T> MessageMap<T>(WireMember member)
        where T : class
    {
        var list = _reader.ReadList(_pointer, 7);
        var messages = new Dictionary<string, T>(WireLimits.Take(list.Count, ref _elements));
        for (var i = 0; i < list.Count; i++)
        {
            var entry = CapnProtoReader.Element(list, i);
            var key = TextAt(entry, 0);
            messages[key] = (T)(_reader.Pointer(entry, 1) is { } pointer
                ? Read(member.Message!, _reader.ReadStruct(pointer))
                : member.Message!.Create());
        }

        return messages;
    }

    private string TextAt(in CapnProtoReader.Struct entry, int slot) =>
        _reader.Pointer(entry, slot) is { } pointer ? _reader.ReadText(pointer, isWord: false) : "";

    private object Read(WireMessage table, in CapnProtoReader.Struct from)
    {
        var decode = DecoderCompiler<CapnProtoDecoder>.Of(table);
        var message = table.Create();
        var outer = _struct;
        _struct = from;
        for (var i = 0; i < table.Members.Length; i++)
        {
            if (MoveTo(table.Members[i]))
            {
                decode(message, i, ref this);
            }
        }

        _struct = outer;
        return message;
    }

    /// <summary>Takes a field in hand.</summary>
    /// <returns>Whether there is something other than its default.</returns>
    private bool MoveTo(WireMember member)
    {
        switch (member.Kind)
        {
            case WireKind.Flag:
                return _reader.Bits(_struct, member.Slot, 1) != 0;
            case WireKind.Int32:
                _bits = _reader.Bits(_struct, member.Slot, 32);
                return _bits != 0;
            case WireKind.Int64 or WireKind.Double:
                _bits = _reader.Bits(_struct, member.Slot, 64);
                return _bits != 0;
            case WireKind.Time or WireKind.TimeText:
                // 1970 is not the default of a time that is always there.
                _bits = _reader.Bits(_struct, member.Slot, 64);
                return _bits != 0 || !member.Optional;
            case WireKind.Payload:
                return true;
            default:
                if (_reader.Pointer(_struct, member.Slot) is not { } pointer)
                {
                    return false;
                }

                _pointer = pointer;
                return true;
        }
    }
}
