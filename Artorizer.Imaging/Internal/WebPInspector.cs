using System.Buffers.Binary;

namespace Artorizer.Imaging.Internal;

/// <summary>
/// WebP (RFC 9649): the RIFF size, every chunk within it, the headers of the VP8 and VP8L bitstreams, frames counted. Bytes after the RIFF
/// size are ignored, as section 2.4 allows. Not checked: the bitstreams behind their headers.
/// </summary>
internal sealed class WebPInspector : FormatInspector
{
    // Chunk types as little-endian numbers.
    private const uint Lossy = 0x20385056; // "VP8 "
    private const uint Lossless = 0x4C385056; // "VP8L"
    private const uint Extended = 0x58385056; // "VP8X"
    private const uint Frame = 0x464D4E41; // "ANMF"

    private State _state;
    private uint _type;
    private long _chunkLength;
    private long _chunkEnd;
    private long _riffEnd;
    private long _frameEnd;
    private bool _extended;
    private bool _animated;
    private bool _hasPicture;
    private bool _frameHasPicture;
    private int _frameWidth;
    private int _frameHeight;
    private long _frames;

    public WebPInspector(ImageLimits limits)
        : base(ImageFormats.WebP, limits) => Expect(State.Riff, 12);

    private enum State
    {
        Riff,
        ChunkHeader,
        ChunkData,
        ChunkRest,
    }

    private bool InFrame => _frameEnd > 0;

    protected override void OnBlock(ReadOnlySpan<byte> block)
    {
        switch (_state)
        {
            case State.Riff:
                _riffEnd = 8 + (long)BinaryPrimitives.ReadUInt32LittleEndian(block[4..]);
                if (_riffEnd < 20)
                {
                    FailMalformed("its size is impossible");
                    return;
                }

                Expect(State.ChunkHeader, 8);
                break;

            case State.ChunkHeader:
                OnChunkHeader(block);
                break;

            case State.ChunkData:
                OnChunkData(block);
                break;
        }
    }

    protected override void OnSkipped() => OnChunkEnd();

    private void OnChunkHeader(ReadOnlySpan<byte> header)
    {
        _type = BinaryPrimitives.ReadUInt32LittleEndian(header);
        _chunkLength = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        _chunkEnd = Position + _chunkLength;
        var end = InFrame ? _frameEnd : _riffEnd;
        if (_chunkEnd > end)
        {
            FailMalformed("a chunk reaches beyond its container");
            return;
        }

        // Chunks are padded to even lengths; some writers leave the very last pad byte out of the size.
        _chunkEnd = Math.Min(_chunkEnd + (_chunkLength & 1), end);

        if (Width is null && _type is not (Lossy or Lossless or Extended))
        {
            FailMalformed("its first chunk is not a picture");
            return;
        }

        switch (_type)
        {
            case Lossy:
                ExpectData(10);
                break;

            case Lossless:
                ExpectData(5);
                break;

            case Extended when Width is not null:
                FailMalformed("its header occurs twice");
                break;

            case Extended:
                ExpectData(10);
                break;

            case Frame when !_animated || InFrame:
                FailMalformed("a frame is out of place");
                break;

            case Frame:
                ExpectData(16);
                break;

            default:
                SkipRest();
                break;
        }
    }

    private void OnChunkData(ReadOnlySpan<byte> data)
    {
        switch (_type)
        {
            case Extended:
                OnExtendedHeader(data);
                break;

            case Frame:
                OnFrame(data);
                return;

            case Lossy:
                OnLossy(data);
                break;

            case Lossless:
                OnLossless(data);
                break;
        }

        SkipRest();
    }

    // 2.7: flags, then the canvas less one in 24 bits each.
    private void OnExtendedHeader(ReadOnlySpan<byte> data)
    {
        _extended = true;
        _animated = (data[0] & 0x02) != 0;
        HasAlpha = (data[0] & 0x10) != 0;
        BitsPerSample = 8;
        Frames = _animated ? 0 : 1;
        SetSize((ulong)ReadUInt24(data[4..]) + 1, (ulong)ReadUInt24(data[7..]) + 1);
    }

    // 2.7.1.1: the frame's place in two-pixel steps, its size less one, its duration and flags; chunks of its own follow.
    private void OnFrame(ReadOnlySpan<byte> data)
    {
        SetFrames(++_frames);
        _frameWidth = ReadUInt24(data[6..]) + 1;
        _frameHeight = ReadUInt24(data[9..]) + 1;
        if ((2 * ReadUInt24(data)) + _frameWidth > Width || (2 * ReadUInt24(data[3..])) + _frameHeight > Height)
        {
            FailMalformed("a frame lies outside the picture");
            return;
        }

        _frameEnd = _chunkEnd;
        _frameHasPicture = false;
        OnChunkEnd();
    }

    // RFC 6386, 9.1: a key frame's tag, start code and size.
    private void OnLossy(ReadOnlySpan<byte> data)
    {
        var tag = ReadUInt24(data);
        var isShownKeyFrame = (tag & 0x11) == 0x10;
        if (!isShownKeyFrame || !data[3..6].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]) || (tag >> 5) > _chunkLength - 10)
        {
            FailMalformed("its picture's header is wrong");
            return;
        }

        OnPicture(BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF, false);
    }

    // RFC 9649, 3.4: signature, size less one in 14 bits each, alpha hint, version.
    private void OnLossless(ReadOnlySpan<byte> data)
    {
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
        if (data[0] != 0x2F || bits >> 29 != 0)
        {
            FailMalformed("its picture's header is wrong");
            return;
        }

        OnPicture((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1, (bits & 0x10000000) != 0);
    }

    private void OnPicture(int width, int height, bool hasAlpha)
    {
        if (InFrame ? _frameHasPicture : _hasPicture || _animated)
        {
            FailMalformed("a picture is out of place");
            return;
        }

        if (!_extended)
        {
            BitsPerSample = 8;
            HasAlpha = hasAlpha;
            Frames = 1;
            SetSize((ulong)width, (ulong)height);
        }
        else if (width != (InFrame ? _frameWidth : Width) || height != (InFrame ? _frameHeight : Height))
        {
            FailMalformed("its picture has another size than its header says");
        }

        _frameHasPicture = true;
        _hasPicture = true;
    }

    private void OnChunkEnd()
    {
        if (InFrame && Position == _frameEnd)
        {
            if (!_frameHasPicture)
            {
                FailMalformed("a frame is empty");
                return;
            }

            _frameEnd = 0;
        }

        if (Position < _riffEnd)
        {
            Expect(State.ChunkHeader, 8);
        }
        else if (_hasPicture)
        {
            Finish();
        }
        else
        {
            FailMalformed("it holds no picture");
        }
    }

    private void ExpectData(int count)
    {
        if (_chunkLength < count)
        {
            FailMalformed("a chunk is too short");
            return;
        }

        Expect(State.ChunkData, count);
    }

    private void SkipRest()
    {
        _state = State.ChunkRest;
        Skip(_chunkEnd - Position);
    }

    private void Expect(State state, int count)
    {
        _state = state;
        Read(count);
    }

    private static int ReadUInt24(ReadOnlySpan<byte> data) => data[0] | (data[1] << 8) | (data[2] << 16);
}
