using System.Buffers.Binary;

namespace Artorizer.Imaging.Internal;

/// <summary>
/// JPEG (ITU-T T.81, annex B): marker segments, entropy-coded scans, end of image. Segments are passed by their length, so pictures embedded in
/// them (EXIF thumbnails) are not looked at. Bytes after the end of image are allowed: multi-picture files and makers' trailers have them.
/// Not checked: the contents of the tables and of the entropy-coded data.
/// </summary>
internal sealed class JpegInspector : FormatInspector
{
    // Encoders write some ten scans; hundreds serve only to burn a decoder's time, since each may cost a pass over the whole picture.
    private const int MaxScans = 500;

    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;
    private const byte DefineNumberOfLines = 0xDC;

    private readonly byte[] _componentIds = new byte[4];
    private State _state;
    private byte _marker;
    private int _componentCount;
    private int _scannedComponents;
    private int _undeterminedWidth;
    private int _scans;
    private bool _scanHasData;
    private bool _scanEndsInPrefix;

    public JpegInspector(ImageLimits limits)
        : base(ImageFormats.Jpeg, limits) => Expect(State.Signature, 2);

    private enum State
    {
        Signature,
        Marker,
        FillOrCode,
        Length,
        FrameHeader,
        ScanHeader,
        Lines,
        Segment,
    }

    protected override void OnBlock(ReadOnlySpan<byte> block)
    {
        switch (_state)
        {
            case State.Signature:
                Expect(State.Marker, 2);
                break;

            case State.Marker when block[0] != 0xFF:
                FailMalformed("there is something between its segments");
                break;

            case State.Marker:
                OnMarkerCode(block[1]);
                break;

            case State.FillOrCode:
                OnMarkerCode(block[0]);
                break;

            case State.Length:
                OnLength(BinaryPrimitives.ReadUInt16BigEndian(block));
                break;

            case State.FrameHeader:
                OnFrameHeader(block);
                break;

            case State.ScanHeader:
                OnScanHeader(block);
                break;

            case State.Lines:
                OnLines(BinaryPrimitives.ReadUInt16BigEndian(block));
                break;
        }
    }

    protected override void OnSkipped() => Expect(State.Marker, 2);

    protected override int OnScan(ReadOnlySpan<byte> data, out byte? found)
    {
        var position = 0;
        while (position < data.Length)
        {
            if (!_scanEndsInPrefix)
            {
                var prefix = data[position..].IndexOf((byte)0xFF);
                _scanHasData |= prefix != 0;
                if (prefix < 0)
                {
                    break;
                }

                position += prefix + 1;
                _scanEndsInPrefix = true;
                continue;
            }

            var code = data[position++];
            if (code == 0xFF)
            {
                continue;
            }

            _scanEndsInPrefix = false;
            if (code == 0)
            {
                _scanHasData = true;
            }
            else if (!IsRestart(code))
            {
                found = code;
                return position;
            }
        }

        found = null;
        return data.Length;
    }

    protected override void OnFound(byte value)
    {
        if (!_scanHasData)
        {
            FailMalformed("a scan is empty");
            return;
        }

        OnMarkerCode(value);
    }

    private static bool IsRestart(byte code) => code is >= 0xD0 and <= 0xD7;

    private void OnMarkerCode(byte code)
    {
        _marker = code;
        switch (code)
        {
            case 0xFF:
                Expect(State.FillOrCode, 1);
                break;

            case EndOfImage:
                OnEndOfImage();
                break;

            case 0x01:
            case >= 0xD0 and <= 0xD7:
                Expect(State.Marker, 2);
                break;

            case 0x00:
            case StartOfImage:
                FailMalformed("a marker is out of place");
                break;

            case < 0xC0 or 0xC8 or (>= 0xF0 and <= 0xFD):
                FailUnsupported("it uses a reserved marker");
                break;

            case 0xC5 or 0xC6 or 0xC7 or 0xCD or 0xCE or 0xCF or 0xDE or 0xDF:
                FailUnsupported("it is a hierarchical JPEG");
                break;

            default:
                Expect(State.Length, 2);
                break;
        }
    }

    private void OnLength(int length)
    {
        var rest = length - 2;
        if (rest < 0)
        {
            FailMalformed("a segment has an impossible length");
            return;
        }

        switch (_marker)
        {
            // C4 and CC define tables; C5 to C8 and CD to CF never come here.
            case >= 0xC0 and <= 0xCB and not 0xC4:
                ExpectSegment(State.FrameHeader, rest, 9, 6 + (3 * 255));
                break;

            case StartOfScan:
                ExpectSegment(State.ScanHeader, rest, 6, 4 + (2 * 4));
                break;

            case DefineNumberOfLines:
                ExpectSegment(State.Lines, rest, 2, 2);
                break;

            default:
                _state = State.Segment;
                Skip(rest);
                break;
        }
    }

    // B.2.2
    private void OnFrameHeader(ReadOnlySpan<byte> header)
    {
        if (_componentCount > 0)
        {
            FailMalformed("it has two frame headers");
            return;
        }

        _componentCount = header[5];
        if (_componentCount is 0 or > 4 || header.Length != 6 + (3 * _componentCount) || !IsPrecisionAllowed(header[0]))
        {
            FailMalformed("its frame header is wrong");
            return;
        }

        for (var i = 0; i < _componentCount; i++)
        {
            var component = header.Slice(6 + (3 * i), 3);
            if ((component[1] >> 4) is < 1 or > 4 || (component[1] & 15) is < 1 or > 4 || component[2] > 3)
            {
                FailMalformed("its frame header is wrong");
                return;
            }

            _componentIds[i] = component[0];
        }

        BitsPerSample = header[0];
        HasAlpha = false;
        Frames = 1;

        // A height of 0 is told by a DNL segment after the first scan (B.2.5).
        var height = BinaryPrimitives.ReadUInt16BigEndian(header[1..]);
        var width = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        if (height == 0)
        {
            CheckSize(width, 1);
            _undeterminedWidth = width;
        }
        else
        {
            SetSize(width, height);
        }

        Expect(State.Marker, 2);
    }

    private bool IsPrecisionAllowed(byte precision) => _marker switch
    {
        0xC0 => precision == 8,
        0xC3 or 0xCB => precision is >= 2 and <= 16,
        _ => precision is 8 or 12,
    };

    // B.2.3
    private void OnScanHeader(ReadOnlySpan<byte> header)
    {
        var count = header[0];
        if (_componentCount == 0 || count is 0 or > 4 || header.Length != 4 + (2 * count))
        {
            FailMalformed("a scan header is wrong");
            return;
        }

        for (var i = 0; i < count; i++)
        {
            var index = _componentIds.AsSpan(0, _componentCount).IndexOf(header[1 + (2 * i)]);
            if (index < 0)
            {
                FailMalformed("a scan is of a component that does not exist");
                return;
            }

            _scannedComponents |= 1 << index;
        }

        if (++_scans > MaxScans)
        {
            FailUnsupported("it has too many scans");
            return;
        }

        _scanHasData = false;
        _scanEndsInPrefix = false;
        Scan();
    }

    private void OnLines(int lines)
    {
        if (_scans != 1)
        {
            FailMalformed("its height is told in the wrong place");
            return;
        }

        if (Height is null)
        {
            SetSize((ulong)_undeterminedWidth, (ulong)lines);
        }

        Expect(State.Marker, 2);
    }

    private void OnEndOfImage()
    {
        if (Height is null || _scannedComponents != (1 << _componentCount) - 1)
        {
            FailMalformed("it holds no complete picture");
            return;
        }

        Finish();
    }

    private void ExpectSegment(State state, int length, int minimum, int maximum)
    {
        if (length < minimum || length > maximum)
        {
            FailMalformed("a segment has an impossible length");
            return;
        }

        Expect(state, length);
    }

    private void Expect(State state, int count)
    {
        _state = state;
        Read(count);
    }
}
