using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace Artorizer.Imaging.Internal;

/// <summary>
/// PNG and APNG (W3C PNG, third edition): chunk order, every chunk's CRC-32, header values, animation counts, and that the compressed data is
/// not shorter than the picture could possibly be. Not checked: the deflate stream itself.
/// </summary>
internal sealed class PngInspector : FormatInspector
{
    // Chunk types as big-endian numbers.
    private const uint Header = 0x49484452; // IHDR
    private const uint Palette = 0x504C5445; // PLTE
    private const uint Data = 0x49444154; // IDAT
    private const uint End = 0x49454E44; // IEND
    private const uint Transparency = 0x74524E53; // tRNS
    private const uint AnimationControl = 0x6163544C; // acTL
    private const uint FrameControl = 0x6663544C; // fcTL

    // Deflate makes at most 1032 bytes from one: two bits stand for 258.
    private const long MaxDeflateRatio = 1032;

    private static readonly SearchValues<byte> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private readonly Crc32 _crc = new();
    private State _state;
    private uint _type;
    private uint _length;
    private byte _colorType;
    private long _rawLength;
    private long _dataLength;
    private bool _dataEnded;
    private bool _hasPalette;
    private long? _announcedFrames;
    private long _controlledFrames;

    public PngInspector(ImageLimits limits)
        : base(ImageFormats.Png, limits) => Expect(State.Signature, 8);

    private enum State
    {
        Signature,
        ChunkHeader,
        ChunkData,
        Check,
    }

    protected override void OnBlock(ReadOnlySpan<byte> block)
    {
        switch (_state)
        {
            case State.Signature:
                Expect(State.ChunkHeader, 8);
                break;

            case State.ChunkHeader:
                OnChunkHeader(block);
                break;

            case State.ChunkData:
                _crc.Append(block);
                OnChunkData(block);
                Expect(State.Check, 4);
                break;

            case State.Check when BinaryPrimitives.ReadUInt32BigEndian(block) != _crc.GetCurrentHashAsUInt32():
                FailMalformed("the check sum of a chunk is wrong");
                break;

            case State.Check when _type == End:
                OnImageEnd();
                break;

            case State.Check:
                Expect(State.ChunkHeader, 8);
                break;
        }
    }

    protected override void OnSkipping(ReadOnlySpan<byte> piece) => _crc.Append(piece);

    protected override void OnSkipped() => Expect(State.Check, 4);

    private void OnChunkHeader(ReadOnlySpan<byte> header)
    {
        _length = BinaryPrimitives.ReadUInt32BigEndian(header);
        _type = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        _crc.Reset();
        _crc.Append(header[4..]);
        if (_length > int.MaxValue || header[4..].ContainsAnyExcept(Letters))
        {
            FailMalformed("a chunk's header is wrong");
            return;
        }

        if ((_type == Header) != (Width is null))
        {
            FailMalformed("its header is not the first chunk, or not the only one");
            return;
        }

        _dataEnded |= _dataLength > 0 && _type != Data;
        switch (_type)
        {
            case Header:
                ExpectData(13);
                break;

            case AnimationControl:
                ExpectData(8);
                break;

            case FrameControl:
                ExpectData(26);
                break;

            case Palette when _length is 0 or > 768 || _length % 3 != 0 || _hasPalette || _dataLength > 0 || (_colorType & 3) == 0:
                FailMalformed("its palette is wrong or out of place");
                break;

            case Data when _dataEnded || (_colorType == 3 && !_hasPalette):
                FailMalformed("its image data is out of place");
                break;

            case End when _length != 0:
                FailMalformed("its end chunk is not empty");
                break;

            // An upper-case first letter means that a decoder must know the chunk (5.4).
            case not (Palette or Data or End) when (_type & 0x20000000) == 0:
                FailUnsupported("it needs an unknown extension");
                break;

            default:
                _hasPalette |= _type == Palette;
                HasAlpha |= _type == Transparency;
                _dataLength += _type == Data ? _length : 0;
                Skip(_length);
                break;
        }
    }

    private void ExpectData(uint length)
    {
        if (_length != length)
        {
            FailMalformed("a chunk has the wrong length");
            return;
        }

        Expect(State.ChunkData, (int)length);
    }

    private void OnChunkData(ReadOnlySpan<byte> data)
    {
        switch (_type)
        {
            case Header:
                OnImageHeader(data);
                break;

            case AnimationControl when _dataLength > 0 || _announcedFrames is not null:
                FailMalformed("its animation header is out of place");
                break;

            case AnimationControl:
                _announcedFrames = BinaryPrimitives.ReadUInt32BigEndian(data);
                SetFrames(_announcedFrames.Value);
                break;

            case FrameControl:
                _controlledFrames++;
                OnFrameControl(data);
                break;
        }
    }

    // 11.2.1
    private void OnImageHeader(ReadOnlySpan<byte> data)
    {
        var width = BinaryPrimitives.ReadUInt32BigEndian(data);
        var height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        var depth = data[8];
        _colorType = data[9];
        var channels = _colorType switch
        {
            0 when depth is 1 or 2 or 4 or 8 or 16 => 1,
            2 when depth is 8 or 16 => 3,
            3 when depth is 1 or 2 or 4 or 8 => 1,
            4 when depth is 8 or 16 => 2,
            6 when depth is 8 or 16 => 4,
            _ => 0,
        };
        if (channels == 0 || data[10] != 0 || data[11] != 0 || data[12] > 1)
        {
            FailMalformed("its header is wrong");
            return;
        }

        BitsPerSample = depth;
        HasAlpha = _colorType is 4 or 6;
        Frames = 1;
        SetSize(width, height);
        if (Failure is null)
        {
            // Interlacing adds filter bytes and padding, so this is the least there can be.
            _rawLength = height * ((((long)width * depth * channels) + 7) / 8);
        }
    }

    private void OnFrameControl(ReadOnlySpan<byte> data)
    {
        SetFrames(Math.Max(_controlledFrames, _announcedFrames ?? 1));
        var right = (ulong)BinaryPrimitives.ReadUInt32BigEndian(data[4..]) + BinaryPrimitives.ReadUInt32BigEndian(data[12..]);
        var bottom = (ulong)BinaryPrimitives.ReadUInt32BigEndian(data[8..]) + BinaryPrimitives.ReadUInt32BigEndian(data[16..]);
        if (right > (ulong)Width.GetValueOrDefault() || bottom > (ulong)Height.GetValueOrDefault())
        {
            FailMalformed("a frame lies outside the picture");
        }
    }

    private void OnImageEnd()
    {
        if (_dataLength == 0 || _rawLength > _dataLength * MaxDeflateRatio)
        {
            FailMalformed("image data is missing");
        }
        else if (_announcedFrames is { } frames && frames != _controlledFrames)
        {
            FailMalformed("frames are missing");
        }
        else
        {
            Finish();
        }
    }

    private void Expect(State state, int count)
    {
        _state = state;
        Read(count);
    }
}
